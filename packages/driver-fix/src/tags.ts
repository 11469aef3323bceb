/** The tags that sessions deal with, by their names in the FIX specifications. */
export const Tag = {
  BeginSeqNo: 7,
  BeginString: 8,
  BodyLength: 9,
  CheckSum: 10,
  EndSeqNo: 16,
  MsgSeqNum: 34,
  MsgType: 35,
  NewSeqNo: 36,
  PossDupFlag: 43,
  RefSeqNum: 45,
  SenderCompID: 49,
  SenderSubID: 50,
  SendingTime: 52,
  TargetCompID: 56,
  TargetSubID: 57,
  Text: 58,
  EncryptMethod: 98,
  HeartBtInt: 108,
  TestReqID: 112,
  OrigSendingTime: 122,
  GapFillFlag: 123,
  ResetSeqNumFlag: 141,
  RefTagID: 371,
  RefMsgType: 372,
  SessionRejectReason: 373,
  ApplVerID: 1128,
  DefaultApplVerID: 1137,
} as const

/** The types of messages that sessions send themselves. */
export const MsgType = {
  Heartbeat: '0',
  TestRequest: '1',
  ResendRequest: '2',
  Reject: '3',
  SequenceReset: '4',
  Logout: '5',
  Logon: 'A',
} as const

const ADMIN: ReadonlySet<string> = new Set(Object.values(MsgType))

/** Whether messages of the type are between the sessions, not between the applications. */
export function isAdmin(type: string): boolean {
  return ADMIN.has(type)
}

/** The part of a message that a field stands in; what the session sets itself has no other place. */
export type Section = 'session' | 'first' | 'header' | 'body' | 'trailer'

// Source: FIX.4.2 to FIX.5.0SP2, standard message header; FIXT.1.1 wants ApplVerID and its kin right after MsgType.
const SECTIONS: ReadonlyMap<number, Section> = new Map([
  ...section('session', [8, 9, 10, 34, 35, 49, 52, 56]),
  ...section('first', [1128, 1156, 1129]),
  ...section('header', [43, 50, 57, 90, 91, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 212, 213]),
  ...section('header', [347, 369, 370, 627, 628, 629, 630]),
  ...section('trailer', [93, 89]),
])

export function sectionOf(tag: number): Section {
  return SECTIONS.get(tag) ?? 'body'
}

function section(name: Section, tags: readonly number[]): (readonly [number, Section])[] {
  return tags.map((tag) => [tag, name])
}
