import type { DataFields } from './data-fields.ts'
import { decode } from './decode.ts'
import { type Encoded, encode } from './encode.ts'
import type { Field } from './fix-message.ts'
import { utcTimestamp } from './fix-value.ts'
import { addressFields, type Identity } from './identity.ts'
import type { SessionNumbers } from './session-numbers.ts'
import { isAdmin, MsgType, sectionOf, Tag } from './tags.ts'

export interface OutboxOptions {
  readonly identity: Identity
  readonly numbers: SessionNumbers
  readonly dataFields: DataFields
  write(frame: Buffer): void
}

/** Numbers, dates and sends the messages of one side, and sends them again on request. */
export class Outbox {
  readonly #options: OutboxOptions
  #time = { at: 0, text: '' }

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /**
   * Sends a message with the next number, and gives all its fields; the session's own header fields take the place of
   * those given. Nothing is sent when `check`, called with all fields, throws.
   */
  send(type: string, given: readonly Field[], check?: (fields: readonly Field[]) => void): readonly Field[] {
    const { numbers, write } = this.#options
    const number = numbers.outgoing
    const { frame, fields } = this.#encode(type, number, given)
    check?.(fields)
    numbers.outgoing += 1
    if (!isAdmin(type)) numbers.keep(number, frame)
    write(frame)
    return fields
  }

  /** Sends messages of the application again; in the place of others, the next number that counts. */
  resend(first: number, last: number): void {
    const { numbers } = this.#options
    let gap = first
    for (const [number, frame] of numbers.sent(first, last)) {
      if (gap < number) this.#fillGap(gap, number)
      this.#sendAgain(number, frame)
      gap = number + 1
    }
    if (gap <= last) this.#fillGap(gap, last + 1)
  }

  #sendAgain(number: number, sent: Buffer): void {
    const { fields } = decode(sent, this.#options.dataFields)
    const valueIn = (tag: number) => fields.find(([each]) => each === tag)?.[1]
    const others = fields.filter(([tag]) => tag !== Tag.PossDupFlag && tag !== Tag.OrigSendingTime)
    const first = valueIn(Tag.OrigSendingTime) ?? valueIn(Tag.SendingTime) ?? ''
    this.#write(String(valueIn(Tag.MsgType)), number, [
      [Tag.PossDupFlag, 'Y'],
      [Tag.OrigSendingTime, first],
      ...others,
    ])
  }

  #fillGap(from: number, next: number): void {
    this.#write(MsgType.SequenceReset, from, [
      [Tag.PossDupFlag, 'Y'],
      [Tag.OrigSendingTime, this.#now()],
      [Tag.GapFillFlag, 'Y'],
      [Tag.NewSeqNo, String(next)],
    ])
  }

  #write(type: string, number: number, fields: readonly Field[]): void {
    this.#options.write(this.#encode(type, number, fields).frame)
  }

  #encode(type: string, number: number, given: readonly Field[]): Encoded {
    const { identity, dataFields } = this.#options
    const fields = inOrder(type, given, {
      address: addressFields(identity, number),
      time: [Tag.SendingTime, this.#now()],
    })
    return encode(identity.version, fields, dataFields)
  }

  /** The time, which many messages share. */
  #now(): string {
    const time = Date.now()
    if (time !== this.#time.at) this.#time = { at: time, text: utcTimestamp(new Date(time)) }
    return this.#time.text
  }
}

/** The fields of a message where they stand in it; the session's own take the place of those given. */
function inOrder(
  type: string,
  given: readonly Field[],
  { address, time }: { readonly address: readonly Field[]; readonly time: Field },
): Field[] {
  const fields: Field[] = [[Tag.MsgType, type]]
  const [header, body, trailer]: [Field[], Field[], Field[]] = [[], [], []]
  for (const field of given) {
    const section = sectionOf(field[0])
    if (section === 'body') body.push(field)
    else if (section === 'first') fields.push(field)
    else if (section === 'trailer') trailer.push(field)
    else if (section === 'header' && !address.some(([tag]) => tag === field[0])) header.push(field)
  }
  return fields.concat(address, header, [time], body, trailer)
}
