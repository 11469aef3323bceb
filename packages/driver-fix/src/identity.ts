import type { Field, FixMessage } from './fix-message.ts'
import { type Flaw, flaws } from './flaw.ts'
import { Tag } from './tags.ts'

/** The versions of FIX that sessions can have; FIXT.1.1 carries FIX.5.0 and later. */
export const FIX_VERSIONS = ['FIX.4.2', 'FIX.4.3', 'FIX.4.4', 'FIXT.1.1'] as const

/** What BeginString (8) says. */
export type FixVersion = (typeof FIX_VERSIONS)[number]

/** One side of a session. */
export interface Identity {
  readonly version: FixVersion
  readonly sender: string
  readonly target: string
  readonly senderSub: string | undefined
  readonly targetSub: string | undefined
  /** The version of applications' messages that do not say it themselves, under FIXT.1.1: DefaultApplVerID (1137). */
  readonly defaultApplVerID: string | undefined
}

/** The fields that say who sends to whom, with the number of the message. */
export function addressFields(identity: Identity, number: number): Field[] {
  const { sender, target, senderSub, targetSub } = identity
  const fields: Field[] = [
    [Tag.SenderCompID, sender],
    [Tag.TargetCompID, target],
    [Tag.MsgSeqNum, String(number)],
  ]
  if (senderSub !== undefined) fields.push([Tag.SenderSubID, senderSub])
  if (targetSub !== undefined) fields.push([Tag.TargetSubID, targetSub])
  return fields
}

/** The side that a Logon is for, as the Logon describes it. */
export function answering(message: FixMessage, defaultApplVerID: string | undefined): Identity | undefined {
  const version = FIX_VERSIONS.find((each) => each === message.get(Tag.BeginString))
  const sender = message.get(Tag.TargetCompID)
  const target = message.get(Tag.SenderCompID)
  if (version === undefined || sender === undefined || target === undefined) return undefined
  return {
    version,
    sender,
    target,
    senderSub: message.get(Tag.TargetSubID),
    targetSub: message.get(Tag.SenderSubID),
    defaultApplVerID:
      version === 'FIXT.1.1' ? (defaultApplVerID ?? message.get(Tag.DefaultApplVerID)) : undefined,
  }
}

/** What is wrong with the header of a message that ought to come from the other side. */
export function addressFlaw(message: FixMessage, { sender, target }: Identity): Flaw | undefined {
  const missing = [Tag.SenderCompID, Tag.TargetCompID, Tag.SendingTime].find((tag) => !message.has(tag))
  if (missing !== undefined) return flaws.missing(missing)
  if (message.get(Tag.SenderCompID) !== target) return flaws.compId(Tag.SenderCompID)
  return message.get(Tag.TargetCompID) === sender ? undefined : flaws.compId(Tag.TargetCompID)
}
