import type { FixMessage } from './fix-message.ts'
import { type Flaw, flaws } from './flaw.ts'
import type { SessionNumbers } from './session-numbers.ts'
import { MsgType, Tag } from './tags.ts'

// Source: FIX.4.4 volume 2, Resend Request and Sequence Reset.

/** All messages up to the last one, in versions up to FIX.4.2 that have no 0 for it. */
const INFINITY_4_2 = 999_999

/** The MsgSeqNum (34), NaN when there is none. */
export function sequenceNumber(message: FixMessage): number {
  const text = message.get(Tag.MsgSeqNum) ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
}

/** What a Logout says of a number that has been processed. */
export function tooLow(number: number, { incoming }: SessionNumbers): string {
  return `MsgSeqNum too low, expecting ${incoming} but received ${number}`
}

/** Which messages a ResendRequest (2) asks for, of those that were sent. */
export function requestedRange(
  request: FixMessage,
  { outgoing }: SessionNumbers,
): { readonly first: number; readonly last: number } | Flaw {
  const first = request.number(Tag.BeginSeqNo)
  const end = request.number(Tag.EndSeqNo)
  if (first === undefined) return flaws.missing(Tag.BeginSeqNo)
  if (end === undefined) return flaws.missing(Tag.EndSeqNo)
  if (!Number.isSafeInteger(first) || first < 1 || first >= outgoing) return flaws.outOfRange(Tag.BeginSeqNo)
  if (!Number.isSafeInteger(end) || (end !== 0 && end < first)) return flaws.outOfRange(Tag.EndSeqNo)
  const all = end === 0 || end === INFINITY_4_2
  return { first, last: all ? outgoing - 1 : Math.min(end, outgoing - 1) }
}

/** Whether a message sets the number expected next whatever its own number is, to recover from a disaster. */
export function isReset(message: FixMessage): boolean {
  return message.type === MsgType.SequenceReset && message.get(Tag.GapFillFlag) !== 'Y'
}

/** Sets the number expected next to that of a SequenceReset (4), which only goes up. */
export function followReset(message: FixMessage, numbers: SessionNumbers): Flaw | undefined {
  const next = message.number(Tag.NewSeqNo)
  if (next === undefined) return flaws.missing(Tag.NewSeqNo)
  if (!Number.isSafeInteger(next) || next < numbers.incoming) return flaws.outOfRange(Tag.NewSeqNo)
  numbers.incoming = next
  return undefined
}

/** What is wrong with a message whose number has been processed before and that says it may be a duplicate. */
export function duplicateFlaw(message: FixMessage): Flaw | undefined {
  const original = message.date(Tag.OrigSendingTime)
  const sent = message.date(Tag.SendingTime)
  if (original === undefined)
    return message.type === MsgType.SequenceReset ? undefined : flaws.missing(Tag.OrigSendingTime)
  return sent !== undefined && original > sent ? flaws.sendingTime(Tag.OrigSendingTime) : undefined
}
