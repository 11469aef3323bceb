import { show, TestrigError } from '@testrig/core'
import { errorCode, formatAddress, notStartedText, reasonOf, stoppedMeanwhileText } from '@testrig/sockets'
import { bytes, shownArrived, shownWanted } from './receive-text.ts'
import type { Arrived, Wanted } from './receiver.ts'

// All wording of errors of this package. Each code is explained in docs/errors.md.

export interface ClosedConnection {
  readonly reason: string
  readonly cause?: unknown
  /** What to do for another connection. */
  readonly advice: string
}

/** A client that did not get as far as a connection. */
export interface HandshakeFailure {
  readonly error: Error
  /** The error in words, when TLS is to blame. */
  readonly problem: string | undefined
}

export function notStarted(label: string, state: string, wanted: string): TestrigError {
  return new TestrigError('TCP_NOT_STARTED', notStartedText(label, state, wanted))
}

export function notSendable(label: string, method: string, expected: string, data: unknown): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: ${method}() takes ${expected}, but was given ${show(data)}.`,
  )
}

export function portInUse(label: string, host: string, port: number, cause: unknown): TestrigError {
  return new TestrigError(
    'TCP_PORT_IN_USE',
    `${label} cannot listen on ${formatAddress(host, port)}: the port is in use. Stop the program that uses it, or leave \`port\` out to get a free one.`,
    { cause },
  )
}

export function listenFailed(label: string, host: string, port: number, cause: unknown): TestrigError {
  return new TestrigError(
    'TCP_LISTEN_FAILED',
    `${label} cannot listen on ${formatAddress(host, port)}: ${reasonOf(cause)}.${listenHint(errorCode(cause))}`,
    { cause },
  )
}

export function serverFailed(label: string, cause: unknown): TestrigError {
  return new TestrigError(
    'TCP_SERVER_FAILED',
    `${label} can accept no more connections: ${reasonOf(cause)}.${errorCode(cause) === 'EMFILE' ? TOO_MANY_FILES : ''}`,
    { cause },
  )
}

export function acceptTimeout(
  label: string,
  milliseconds: number,
  address: string,
  { accepted, handshake }: { readonly accepted: number; readonly handshake: HandshakeFailure | undefined },
): TestrigError {
  const refused =
    handshake === undefined
      ? ''
      : ` The last TLS handshake failed: ${handshake.problem ?? reasonOf(handshake.error)}.`
  return new TestrigError(
    'TCP_TIMEOUT',
    `${label}: no client connected to ${address} within ${milliseconds} ms (${accepted} accepted before).${refused} Let the client connect there, or raise \`timeout\`.`,
    { cause: handshake?.error },
  )
}

export function noSuchConnection(
  label: string,
  index: number | undefined,
  accepted: number,
  waiting: number,
): TestrigError {
  const what = index === undefined ? 'no connection was accepted yet' : `there is no connection ${index}`
  const count = `${accepted} accepted, ${waiting} waiting for acceptConnection()`
  return new TestrigError(
    'TCP_NO_CONNECTION',
    `${label}: ${what} (${count}). Call acceptConnection() first; it gives the number of the connection.`,
  )
}

export function notConnected(label: string, address: string): TestrigError {
  return new TestrigError(
    'TCP_NO_CONNECTION',
    `${label} is not connected to ${address}. Call connect() first, or leave \`connectAtStart\` at true.`,
  )
}

export function receiveTimeout(
  label: string,
  wanted: Wanted,
  milliseconds: number,
  arrived: Arrived,
): TestrigError {
  return new TestrigError(
    'TCP_TIMEOUT',
    `${label}: waited ${milliseconds} ms for ${shownWanted(wanted)}; ${shownArrived(arrived)}. Check what the peer sends, or raise \`timeout\`.`,
  )
}

export function sendTimeout(label: string, size: number, milliseconds: number, queued: number): TestrigError {
  return new TestrigError(
    'TCP_TIMEOUT',
    `${label}: ${bytes(size)} were not sent within ${milliseconds} ms; ${bytes(queued)} are still queued. The peer does not read: let it, or raise \`timeout\`.`,
  )
}

export function connectionClosed(
  label: string,
  { reason, cause, advice }: ClosedConnection,
  receive?: { readonly wanted: Wanted; readonly arrived: Arrived },
): TestrigError {
  const text = [`${label} is closed: ${reason}.`]
  if (receive?.arrived.length === 0) text.push('Nothing is left to receive.')
  else if (receive) {
    text.push(`Expected ${shownWanted(receive.wanted)}; ${shownArrived(receive.arrived)}.`)
    text.push('receive() without options takes what is there.')
  }
  return new TestrigError('TCP_CONNECTION_CLOSED', [...text, advice].join(' '), { cause })
}

export function connectFailed(
  label: string,
  address: string,
  cause: unknown,
  tlsProblem: string | undefined,
): TestrigError {
  return new TestrigError(
    'TCP_CONNECT_FAILED',
    `${label} cannot connect to ${address}: ${tlsProblem ?? reasonOf(cause)}.${connectHint(errorCode(cause))}`,
    { cause },
  )
}

export function connectTimeout(
  label: string,
  address: string,
  { milliseconds, speaksTLS }: { readonly milliseconds: number; readonly speaksTLS: boolean },
  cause: unknown,
): TestrigError {
  const last = cause === undefined ? '' : ` The last attempt ended with: ${reasonOf(cause)}.`
  return new TestrigError(
    'TCP_TIMEOUT',
    `${label} did not connect to ${address} within its connectTimeout of ${milliseconds} ms.${last} Check that the server is up and reachable${speaksTLS ? ', and speaks TLS' : ''}, or raise \`connectTimeout\`.`,
    { cause },
  )
}

export function stoppedMeanwhile(label: string, wanted: string): TestrigError {
  return new TestrigError('TCP_NOT_STARTED', stoppedMeanwhileText(label, wanted))
}

const TOO_MANY_FILES =
  ' This process has too many files open: close connections, or raise its limit (`ulimit -n`).'

function listenHint(code: string | undefined): string {
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return ' `host` must be an address of this machine, such as 127.0.0.1 or ::1.'
  if (code === 'EMFILE') return TOO_MANY_FILES
  return code === 'EACCES' ? ' Ports below 1024 need privileges: choose another one.' : ''
}

function connectHint(code: string | undefined): string {
  switch (code) {
    case 'ECONNREFUSED':
      return ' Nothing listens there: start the server first, let this driver depend on it, or set `connectRetry: true`.'
    case 'ENOTFOUND':
      return ' The name of the host cannot be resolved.'
    case 'EADDRINUSE':
    case 'EADDRNOTAVAIL':
      return ' The local address cannot be used: check `interface`.'
    default:
      return ''
  }
}
