// Source: FIX.4.4, standard message header: BeginString, BodyLength and MsgType come first, in this order.
// biome-ignore lint/suspicious/noControlCharactersInRegex: SOH is what ends a field.
const HEAD = /^8=FIXT?\.\d\.\d\x019=(\d{1,9})\x0135=[^\x01]/
const LONGEST = '8=FIXT.1.1|9=999999999|35=0'.length
const MSG_TYPE = '35=0'.length

/**
 * The number of bytes before the trailer of the message that the bytes begin with. Undefined while that cannot be told,
 * `garbled` when they are no message.
 */
export function bodyEndOf(bytes: Buffer): number | 'garbled' | undefined {
  const head = HEAD.exec(bytes.toString('latin1', 0, LONGEST))
  if (head !== null) return head[0].length - MSG_TYPE + Number(head[1])
  return bytes.length < LONGEST ? undefined : 'garbled'
}

/** The sum of the bytes modulo 256, in three digits. */
export function checksum(bytes: Uint8Array, end: number): string {
  let sum = 0
  for (let at = 0; at < end; at += 1) sum += bytes[at] as number
  return String(sum % 256).padStart(3, '0')
}
