import type { FixFields, FixInput } from './fix-fields.ts'
import type { FixMessage, FixTag } from './fix-message.ts'
import type { Flaw } from './flaw.ts'
import { MsgType, Tag } from './tags.ts'

/** What a Logon (A) asks for. */
export interface LogonTerms {
  /** In seconds; 0 means none. */
  readonly heartbeat: number
  /** Whether both sides begin with number 1. */
  readonly reset: boolean
  readonly defaultApplVerID: string | undefined
}

/** The body of a Logon; `custom` adds tags, replaces them, and with null removes them. */
export function logonFields(terms: LogonTerms, custom: FixFields = {}): FixFields {
  const fields = new Map<FixTag, FixInput>([
    [Tag.EncryptMethod, 0],
    [Tag.HeartBtInt, terms.heartbeat],
    [Tag.ResetSeqNumFlag, terms.reset || undefined],
    [Tag.DefaultApplVerID, terms.defaultApplVerID],
  ])
  const pairs = Symbol.iterator in custom ? custom : Object.entries(custom)
  for (const [tag, value] of pairs) fields.set(Number.isNaN(Number(tag)) ? tag : Number(tag), value)
  return fields
}

/** Whether a Logon wants both sides to begin with number 1. */
export function isResetLogon(message: FixMessage): boolean {
  return message.type === MsgType.Logon && message.get(Tag.ResetSeqNumFlag) === 'Y'
}

/** Why a Logon cannot be accepted, whoever sends it. */
export function logonProblem(logon: FixMessage, flaw: Flaw | undefined): string | undefined {
  if (flaw !== undefined)
    return `its Logon is wrong: ${flaw.text}${flaw.tag === undefined ? '' : ` (${flaw.tag})`}`
  const encryption = logon.get(Tag.EncryptMethod)
  const heartbeat = logon.get(Tag.HeartBtInt)
  if (encryption !== '0') return `EncryptMethod (98) is ${encryption ?? 'missing'}, not 0`
  if (!/^\d{1,6}$/.test(heartbeat ?? '')) return `HeartBtInt (108) is ${heartbeat ?? 'missing'}`
  if (logon.get(Tag.BeginString) === 'FIXT.1.1' && !logon.has(Tag.DefaultApplVerID))
    return 'DefaultApplVerID (1137) is missing'
  return undefined
}

/** What the peer says when it does not answer a Logon with one. */
export function refusal(answer: FixMessage): string | undefined {
  if (answer.type === MsgType.Logon) return undefined
  const text = answer.get(Tag.Text)
  const said = text === undefined ? 'without a text' : `"${text}"`
  if (answer.type === MsgType.Logout) return `the peer answered with a Logout, ${said}`
  if (answer.type === MsgType.Reject) return `the peer answered with a Reject, ${said}`
  return `the peer answered with ${answer}`
}
