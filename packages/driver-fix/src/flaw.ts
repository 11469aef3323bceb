import type { Field, FixMessage } from './fix-message.ts'
import { Tag } from './tags.ts'

/** What is wrong with a message of the peer, as a Reject tells it. */
export interface Flaw {
  /** SessionRejectReason (373). */
  readonly reason: number
  readonly tag: number | undefined
  readonly text: string
}

// Source: FIX.4.4, SessionRejectReason (373), and its texts.
export const flaws = {
  invalidTag: (text: string): Flaw => ({
    reason: 0,
    tag: /^-?\d{1,9}$/.test(text) ? Number(text) : undefined,
    text: `Invalid tag number: "${text}"`,
  }),
  unknownTag: (tag: number): Flaw => ({ reason: 0, tag, text: 'Invalid tag number' }),
  missing: (tag: number): Flaw => ({ reason: 1, tag, text: 'Required tag missing' }),
  notOfMessage: (tag: number): Flaw => ({ reason: 2, tag, text: 'Tag not defined for this message type' }),
  noValue: (tag: number): Flaw => ({ reason: 4, tag, text: 'Tag specified without a value' }),
  outOfRange: (tag: number): Flaw => ({
    reason: 5,
    tag,
    text: 'Value is incorrect (out of range) for this tag',
  }),
  wrongFormat: (tag: number): Flaw => ({ reason: 6, tag, text: 'Incorrect data format for value' }),
  wrongDataLength: (tag: number): Flaw => ({
    reason: 6,
    tag,
    text: 'Incorrect data format for value: its length is not the one of the field before',
  }),
  compId: (tag: number): Flaw => ({ reason: 9, tag, text: 'CompID problem' }),
  sendingTime: (tag: number): Flaw => ({ reason: 10, tag, text: 'SendingTime accuracy problem' }),
  unknownType: (): Flaw => ({ reason: 11, tag: 35, text: 'Invalid MsgType' }),
  twice: (tag: number): Flaw => ({ reason: 13, tag, text: 'Tag appears more than once' }),
  outOfOrder: (tag: number): Flaw => ({ reason: 14, tag, text: 'Tag specified out of required order' }),
  groupOrder: (tag: number): Flaw => ({ reason: 15, tag, text: 'Repeating group fields out of order' }),
  groupCount: (tag: number): Flaw => ({
    reason: 16,
    tag,
    text: 'Incorrect NumInGroup count for repeating group',
  }),
} as const

/** The last SessionRejectReason (373) that FIX.4.2 has. */
const LAST_REASON_4_2 = 11

/** The body of a Reject (3). */
export function rejectFields(message: FixMessage, { reason, tag, text }: Flaw): readonly Field[] {
  const isKnown = message.get(Tag.BeginString) !== 'FIX.4.2' || reason <= LAST_REASON_4_2
  return [
    [Tag.RefSeqNum, message.get(Tag.MsgSeqNum) ?? '0'],
    ...(tag === undefined ? [] : [[Tag.RefTagID, String(tag)] as const]),
    [Tag.RefMsgType, message.type],
    ...(isKnown ? [[Tag.SessionRejectReason, String(reason)] as const] : []),
    [Tag.Text, text],
  ]
}
