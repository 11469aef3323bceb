import { inspect } from 'node:util'
import { show, TestrigError } from '@testrig/core'
import { errorCode, notStartedText, reasonOf } from '@testrig/sockets'

// All wording of errors of this package. Each code is explained in docs/errors.md.

export function noAddress(label: string): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: option \`ports\` or \`endpoints\` must name at least one server, but both are empty. Give such as \`ports: [server.port]\`.`,
  )
}

export function hostsWithoutPorts(label: string, hosts: number, ports: number): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: option \`hosts\` must have an entry for each of the \`ports\`, but has ${hosts} for ${ports}. Leave it out when all are 127.0.0.1.`,
  )
}

export function besideEndpoint(label: string, option: string): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: option \`${option}\` must be left out with \`endpoint\`, which says where to listen.`,
  )
}

export function notForPattern(
  label: string,
  option: string,
  pattern: string,
  patterns: string,
): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: option \`${option}\` must be left out with the messagePattern ${pattern}: it is for ${patterns}.`,
  )
}

export function badMessage(label: string, expected: string, value: unknown): TestrigError {
  return new TestrigError(
    'ZMQ_MESSAGE_INVALID',
    `${label}: what is sent must be ${expected}, but is ${show(value)}. Convert it, for instance with JSON.stringify().`,
  )
}

export function notStarted(label: string, state: string, wanted: string): TestrigError {
  return new TestrigError('ZMQ_NOT_STARTED', notStartedText(label, state, wanted))
}

export function notConnected(label: string, wanted: string): TestrigError {
  return new TestrigError(
    'ZMQ_NOT_CONNECTED',
    `${label}: ${wanted} needs a socket, but the client is disconnected. Call connect() first, or leave \`connectAtStart\` at true.`,
  )
}

export function closedMeanwhile(label: string, how: string): TestrigError {
  return new TestrigError(
    'ZMQ_CLOSED',
    `${label}: ${how} while a call waited. Await what is sent and received before that.`,
  )
}

export function addressInUse(label: string, endpoint: string, cause: unknown): TestrigError {
  return new TestrigError(
    'ZMQ_ADDRESS_IN_USE',
    `${label} cannot listen on ${endpoint}: it is in use. Stop the program that uses it, or leave \`port\` out to get a free one.`,
    { cause },
  )
}

export function listenFailed(label: string, endpoint: string, cause: unknown): TestrigError {
  return new TestrigError(
    'ZMQ_LISTEN_FAILED',
    `${label} cannot listen on ${endpoint}: ${reasonOf(cause)}. The host must be an address of this machine or the name of a network interface; the directory of an ipc endpoint must exist; ports below 1024 need privileges.`,
    { cause },
  )
}

export function noPort(label: string, endpoint: string): TestrigError {
  return new TestrigError(
    'ZMQ_NO_PORT',
    `${label} listens on ${endpoint}, which has no port. Use its \`endpoint\`, as with \`endpoints: [server.endpoint]\` of a client.`,
  )
}

export function connectFailed(label: string, endpoint: string, cause: unknown): TestrigError {
  return new TestrigError(
    'ZMQ_CONNECT_FAILED',
    `${label} cannot connect to ${endpoint}: ${reasonOf(cause)}. An endpoint is such as \`tcp://127.0.0.1:5555\` or \`ipc:///tmp/orders\`.`,
    { cause },
  )
}

export function notInPattern(label: string, wanted: string, pattern: string, lack: string): TestrigError {
  return new TestrigError(
    'ZMQ_PATTERN',
    `${label}: ${wanted} is not possible with the messagePattern ${pattern}, which ${lack}. Choose another pattern, or call it on the other side.`,
  )
}

export function receiveTimeout(label: string, milliseconds: number): TestrigError {
  return new TestrigError(
    'ZMQ_TIMEOUT',
    `${label}: no message came within ${milliseconds} ms. Check that the peer is connected, sends, and with SUB that the topic is subscribed to; or raise \`timeout\`.`,
  )
}

export function sendTimeout(label: string, milliseconds: number): TestrigError {
  return new TestrigError(
    'ZMQ_TIMEOUT',
    `${label}: no peer took the message within ${milliseconds} ms: none is connected, or its queue is full. Check that one is there and receives, or raise \`timeout\`.`,
  )
}

export function subscriberTimeout(
  label: string,
  topic: Buffer,
  { count, timeout, known }: { count: number; timeout: number; known: readonly string[] },
): TestrigError {
  const there =
    known.length === 0
      ? 'nobody subscribes to anything'
      : `there are some to ${known.map((prefix) => inspect(prefix)).join(', ')}`
  return new TestrigError(
    'ZMQ_TIMEOUT',
    `${label}: waited ${timeout} ms for ${count} subscription${count === 1 ? '' : 's'} to ${inspect(String(topic))}; ${there}. Check that the subscriber is connected, or raise \`timeout\`.`,
  )
}

export function multipart(label: string, frames: number): TestrigError {
  return new TestrigError(
    'ZMQ_MULTIPART',
    `${label}: the next message has ${frames} frames. It stays: receiveMultipart() gives it.`,
  )
}

export function outOfTurn(label: string, wanted: string, cause?: unknown): TestrigError {
  return new TestrigError(
    'ZMQ_OUT_OF_TURN',
    `${label}: ${wanted} is out of turn: REQ sends, then receives the reply; REP receives, then sends it. reconnect() or restart() begins anew.`,
    { cause },
  )
}

/** What zeromq says about an operation, in words of ours where it is something to act on. */
export function operationFailed(label: string, wanted: string, cause: unknown): TestrigError {
  switch (errorCode(cause)) {
    case 'EFSM':
      return outOfTurn(label, wanted, cause)
    case 'EHOSTUNREACH':
      return new TestrigError(
        'ZMQ_UNROUTABLE',
        `${label}: no peer has the routing id that is the first frame. Receive from the peer first: its messages begin with its id.`,
        { cause },
      )
    default:
      return new TestrigError('ZMQ_FAILED', `${label}: ${wanted} failed: ${reasonOf(cause)}.`, { cause })
  }
}
