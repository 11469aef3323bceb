import { show, TestrigError } from '@testrig/core'
import { errorCode, formatAddress, notStartedText, stoppedMeanwhileText } from '@testrig/sockets'
import type { ConnectionName } from './connection-name.ts'
import type { Field, FixMessage } from './fix-message.ts'
import type { Flaw } from './flaw.ts'

// All wording of errors of this package. Each code is explained in docs/errors.md.

/** What has arrived, for the error of a wait that came to nothing. */
export interface Seen {
  /** Messages that are there and were not taken. */
  readonly messages: readonly FixMessage[]
  readonly admin: number
  /** What went wrong last. */
  readonly problem: Error | undefined
}

export function onlyForFixt(label: string, versions: readonly string[]): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: option \`defaultApplVerID\` must be left out with the version ${versions.join(' or ')}: it is for FIXT.1.1, which carries FIX.5.0 and later.`,
  )
}

export function notStarted(label: string, state: string, wanted: string): TestrigError {
  return new TestrigError('FIX_NOT_STARTED', notStartedText(label, state, wanted))
}

export function stoppedMeanwhile(label: string, wanted: string): TestrigError {
  return new TestrigError('FIX_NOT_STARTED', stoppedMeanwhileText(label, wanted))
}

export function listenFailed(label: string, host: string, port: number, cause: Error): TestrigError {
  const inUse = errorCode(cause) === 'EADDRINUSE'
  const code = inUse ? 'FIX_PORT_IN_USE' : 'FIX_LISTEN_FAILED'
  const reason = inUse ? 'the port is in use' : cause.message
  const hint = inUse
    ? 'Stop the program that uses it, or leave `port` out to get a free one.'
    : '`host` must be an address of this machine, and `port` one that this user may take.'
  const address = formatAddress(host, port)
  return new TestrigError(code, `${label} cannot listen on ${address}: ${reason}. ${hint}`, { cause })
}

export function serverFailed(label: string, cause: Error): TestrigError {
  return new TestrigError('FIX_SERVER_FAILED', `${label} can accept no more connections: ${cause.message}.`, {
    cause,
  })
}

export function handshakeFailed(label: string, from: string, reason: string, cause: Error): TestrigError {
  return new TestrigError('FIX_TLS_FAILED', `${label}: the TLS handshake of ${from} failed: ${reason}`, {
    cause,
  })
}

export function connectFailed(label: string, address: string, reason: string, cause: Error): TestrigError {
  const refused = errorCode(cause) === 'ECONNREFUSED'
  const hint = refused
    ? ' Nothing listens there: start the server first, let this driver depend on it, or set `connectRetry: true`.'
    : ''
  return new TestrigError('FIX_CONNECT_FAILED', `${label} cannot connect to ${address}: ${reason}.${hint}`, {
    cause,
  })
}

export function connectTimeout(
  label: string,
  address: string,
  { milliseconds, speaksTLS }: { readonly milliseconds: number; readonly speaksTLS: boolean },
  last: Error | undefined,
): TestrigError {
  const reason = last !== undefined ? ` The last attempt ended with: ${last.message}.` : ''
  return new TestrigError(
    'FIX_TIMEOUT',
    `${label} did not connect to ${address} within its connectTimeout of ${milliseconds} ms.${reason} Check that the server is up and reachable${speaksTLS ? ', and speaks TLS' : ''}, or raise \`connectTimeout\`.`,
    { cause: last },
  )
}

export function logonRefused(label: string, reason: string): TestrigError {
  const hint = reason.startsWith('the peer closed')
    ? ' A server may do that when it does not know `sender`, `target` or `version`, or does not accept the certificate.'
    : ''
  return new TestrigError('FIX_LOGON_REFUSED', `${label} could not log on: ${reason}.${hint}`)
}

export function logonTimeout(label: string, milliseconds: number, problem: Error | undefined): TestrigError {
  const what = problem === undefined ? 'nothing came' : brief(label, problem)
  return new TestrigError(
    'FIX_TIMEOUT',
    `${label} got no answer to its Logon within its logonTimeout of ${milliseconds} ms: ${what}. Check \`sender\`, \`target\` and \`version\`, or raise \`logonTimeout\`.`,
    { cause: problem },
  )
}

export function logonNotAccepted(label: string, from: string, reason: string): TestrigError {
  return new TestrigError('FIX_LOGON_REFUSED', `${label} refused ${from}: ${reason}.`)
}

export function logoffTimeout(label: string, milliseconds: number): TestrigError {
  return new TestrigError(
    'FIX_TIMEOUT',
    `${label}: the peer did not answer the Logout within ${milliseconds} ms; the connection was closed all the same.`,
  )
}

export function testRequestTimeout(label: string, milliseconds: number): TestrigError {
  return new TestrigError(
    'FIX_TIMEOUT',
    `${label}: the peer did not answer a TestRequest within ${milliseconds} ms.`,
  )
}

export function sendTimeout(label: string, milliseconds: number): TestrigError {
  return new TestrigError(
    'FIX_TIMEOUT',
    `${label}: what was to be sent still waits after ${milliseconds} ms, as the peer does not read. Receive there what it has got, or raise \`timeout\`.`,
  )
}

export function notLoggedOn(label: string, wanted: string, end: string | undefined): TestrigError {
  const why = end === undefined ? '' : `: ${end}`
  return new TestrigError(
    'FIX_NOT_LOGGED_ON',
    `${label}: ${wanted} needs a session, but it is not logged on${why}. Call logon() first, or leave \`connectAtStart\` and \`logonAtStart\` at true.`,
  )
}

export function notConnected(label: string, address: string): TestrigError {
  return new TestrigError(
    'FIX_NOT_CONNECTED',
    `${label} is not connected to ${address}. Call connect() first, or leave \`connectAtStart\` at true.`,
  )
}

export function connectionInactive(label: string, end: string | undefined): TestrigError {
  return new TestrigError(
    'FIX_NOT_LOGGED_ON',
    `${label} is not active${end === undefined ? '' : `: ${end}`}. Await waitForConnection() first, or have the client log on.`,
  )
}

export function noDefaultConnection(label: string, active: readonly ConnectionName[]): TestrigError {
  const names = active.length === 0 ? '' : ` (${active.map((each) => show(each)).join(', ')})`
  return new TestrigError(
    'FIX_NO_CONNECTION',
    `${label}: without \`connection\`, exactly one connection must be active, but ${active.length} are${names}. Name one, or await waitForConnection() first.`,
  )
}

export function unknownConnection(
  label: string,
  name: ConnectionName,
  known: readonly ConnectionName[],
): TestrigError {
  const names = known.length === 0 ? 'none has' : `these have: ${known.map((each) => show(each)).join(', ')}`
  return new TestrigError(
    'FIX_NO_CONNECTION',
    `${label}: no connection ${show(name)} has logged on; ${names}.`,
  )
}

export function connectionTimeout(
  label: string,
  address: string,
  milliseconds: number,
  problem: Error | undefined,
): TestrigError {
  return new TestrigError(
    'FIX_TIMEOUT',
    `${label}: no client logged on at ${address} within ${milliseconds} ms.${last(label, problem)} Let the client log on, or raise \`timeout\`.`,
    { cause: problem },
  )
}

export function receiveTimeout(
  label: string,
  wanted: string,
  milliseconds: number,
  seen: Seen,
): TestrigError {
  const there = seen.messages.length === 0 ? 'there is none' : `there is only ${sample(seen.messages)}`
  const admin =
    seen.admin === 0 ? '' : ` (beside ${seen.admin} between sessions, which \`admin: true\` takes)`
  return new TestrigError(
    'FIX_TIMEOUT',
    `${label}: waited ${milliseconds} ms for ${wanted}; ${there}${admin}.${last(label, seen.problem)} Check what the peer sends, or raise \`timeout\`.`,
    { cause: seen.problem },
  )
}

export function connectionClosed(label: string, reason: string): TestrigError {
  return new TestrigError('FIX_CONNECTION_CLOSED', `${label}: the session is over: ${reason}.`)
}

export function unknownTagName(tag: string, version: string | undefined): TestrigError {
  const hint =
    version === undefined
      ? 'Give its number, or a `dictionary` with names for this version.'
      : `The dictionary of ${version} has no field of that name.`
  return new TestrigError('FIX_TAG_UNKNOWN', `\`${tag}\` is no tag. ${hint}`)
}

export function invalidMessage(tag: number, problem: string, value: unknown): TestrigError {
  return new TestrigError(
    'FIX_MESSAGE_INVALID',
    `The message cannot be sent: tag ${tag}: ${problem} ${show(value)}.`,
  )
}

export function notFields(given: unknown): TestrigError {
  return new TestrigError(
    'FIX_MESSAGE_INVALID',
    `The message cannot be sent: fields are an object of tags, pairs or a FixMessage, but are ${show(given)}.`,
  )
}

export function badMatcher(label: string, matcher: unknown): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: expect() takes an object of tags, or a function of the message, but was given ${show(matcher)}.`,
  )
}

/** A value that expect() is to find, and no message can have. */
export function impossibleValue(label: string, tag: string, value: unknown): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: expect() is to find ${show(value)} in tag ${tag}, which no field can hold. Give a text, a number, a boolean, a Date, bytes or a RegExp; a group, or a tag that must be missing, is looked for by a function of the message.`,
  )
}

export function typeMissing(fields: readonly Field[]): TestrigError {
  const tags = fields.map(([tag]) => tag).join(', ')
  return new TestrigError(
    'FIX_MESSAGE_INVALID',
    `The message cannot be sent: it has no MsgType (35), only ${tags || 'nothing'}. Give one, such as \`35: 'D'\`.`,
  )
}

export function messageUnfit({ tag, text }: Flaw, message: FixMessage, version: string): TestrigError {
  const at = tag === undefined ? '' : ` (tag ${tag})`
  return new TestrigError(
    'FIX_MESSAGE_INVALID',
    `The message does not fit the dictionary of ${version}: ${text}${at}, in ${message}. To send it all the same, give \`validate: false\`.`,
  )
}

export function dictionaryInvalid(label: string, path: string, cause: unknown): TestrigError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new TestrigError(
    'FIX_DICTIONARY_INVALID',
    `${label}: option \`dictionary\`: ${path} is no dictionary in the XML of QuickFIX: ${reason}.`,
    { cause },
  )
}

export function dictionaryAlone(label: string, version: string, transport: string): TestrigError {
  return new TestrigError(
    'FIX_DICTIONARY_INVALID',
    `${label}: option \`dictionary\`: ${version} needs the dictionary of ${transport} too, which has its header. Give both in an array.`,
  )
}

export function garbled(label: string, reason: string): TestrigError {
  return new TestrigError(
    'FIX_GARBLED',
    `${label}: the peer sent bytes that are no message, which were ignored: ${reason}.`,
  )
}

export function messageRejected(
  label: string,
  { reason, tag, text }: Flaw,
  message: FixMessage,
): TestrigError {
  const at = tag === undefined ? '' : ` (tag ${tag})`
  return new TestrigError(
    'FIX_MESSAGE_REJECTED',
    `${label}: a message of the peer was rejected, reason ${reason}: ${text}${at}, in ${message}.`,
  )
}

export function peerThrownOut(label: string, reason: string): TestrigError {
  return new TestrigError('FIX_SESSION_ENDED', `${label} was ended by this side: ${reason}.`)
}

function last(label: string, problem: Error | undefined): string {
  return problem === undefined ? '' : ` The last problem: ${brief(label, problem)}.`
}

/** What an error says beyond the label, without the full stop. */
function brief(label: string, { message }: Error): string {
  return (message.startsWith(`${label}: `) ? message.slice(label.length + 2) : message).replace(/\.$/, '')
}

function sample(messages: readonly FixMessage[]): string {
  const shown = messages.slice(0, 3).join(' and ')
  return messages.length > 3 ? `${shown} and ${messages.length - 3} more` : shown
}
