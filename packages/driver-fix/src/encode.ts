import { type DataFields, standardDataFields } from './data-fields.ts'
import type { Field } from './fix-message.ts'
import { binaryString } from './fix-value.ts'
import { checksum } from './frame.ts'
import { Tag } from './tags.ts'

/** A message as it goes over the wire, and all its fields. */
export interface Encoded {
  readonly frame: Buffer
  readonly fields: readonly Field[]
}

const SOH = '\u0001'
const ASCII = /^[\0-\x7f]*$/
const TRAILER = `${Tag.CheckSum}=000${SOH}`

/** Puts BeginString, BodyLength and CheckSum around fields that begin with the message type. */
export function encode(
  beginString: string,
  given: readonly Field[],
  data: DataFields = standardDataFields,
): Encoded {
  const fields = withLengths(given, data)
  const body = binaryText(fields)
  const head = `${Tag.BeginString}=${beginString}${SOH}${Tag.BodyLength}=${body.length}${SOH}`
  const frame = Buffer.from(head + body + TRAILER, 'latin1')
  const sum = checksum(frame, frame.length - TRAILER.length)
  frame.write(sum, frame.length - 4, 'latin1')
  return {
    frame,
    fields: [
      [Tag.BeginString, beginString],
      [Tag.BodyLength, String(body.length)],
      ...fields,
      [Tag.CheckSum, sum],
    ],
  }
}

/** The fields one after another, each byte as a character. */
function binaryText(fields: readonly Field[]): string {
  let text = ''
  for (const [tag, value] of fields) text += `${tag}=${value}${SOH}`
  if (ASCII.test(text)) return text
  return fields.map(([tag, value]) => `${tag}=${binaryString(value)}${SOH}`).join('')
}

/** Puts before each field of raw data the number of its bytes, whatever number was given. */
function withLengths(fields: readonly Field[], { dataOf, lengthOf }: DataFields): readonly Field[] {
  if (!fields.some(([tag]) => lengthOf.has(tag))) return fields
  const present = new Set(fields.map(([tag]) => tag))
  return fields.flatMap((field) => {
    const [tag, value] = field
    if (present.has(dataOf.get(tag) ?? 0)) return []
    const length = lengthOf.get(tag)
    return length === undefined ? [field] : [[length, String(Buffer.byteLength(value))], field]
  })
}
