import { inspect } from 'node:util'
import { TestrigError } from '@testrig/core'
import { errorCode, notStartedText, reasonOf, stoppedMeanwhileText } from '@testrig/sockets'

// All wording of errors of this package. Each code is explained in docs/errors.md.

/** The driver that an error is about. */
export interface Origin {
  /** Its class and name. */
  readonly label: string
  readonly name: string
}

export function notStarted({ label, name }: Origin, wanted: string, state: string): TestrigError {
  return new TestrigError('HTTP_NOT_STARTED', notStartedText(label, state, wanted), { driver: name })
}

export function stopped({ label, name }: Origin, wanted: string): TestrigError {
  return new TestrigError('HTTP_STOPPED', stoppedMeanwhileText(label, wanted), { driver: name })
}

export function portInUse({ label, name }: Origin, host: string, port: number, cause: unknown): TestrigError {
  return new TestrigError(
    'HTTP_PORT_IN_USE',
    `${label}: port ${port} of ${host} is in use. Stop what listens there, or leave \`port\` out to be given a free one.`,
    { driver: name, cause },
  )
}

export function listenFailed(
  { label, name }: Origin,
  host: string,
  port: number,
  cause: unknown,
): TestrigError {
  return new TestrigError(
    'HTTP_LISTEN_FAILED',
    `${label}: cannot listen on ${host}, port ${port}: ${reasonOf(cause)}. ${errorCode(cause) === 'EMFILE' ? 'Raise the limit of open files (`ulimit -n`), or stop some drivers.' : 'Set `host` to an address of this machine and `port` to one that this user may take.'}`,
    { driver: name, cause },
  )
}

export function serverFailed({ label, name }: Origin, cause: unknown): TestrigError {
  return new TestrigError('HTTP_SERVER_FAILED', `${label}: the server failed: ${reasonOf(cause)}.`, {
    driver: name,
    cause,
  })
}

export function invalidRoute({ label, name }: Origin, route: unknown): TestrigError {
  return new TestrigError(
    'HTTP_ROUTE_INVALID',
    `${label}: ${show(route)} is not a route. Write a path, after a method if it is for that one only: '/orders/:id', 'GET /files/*'.`,
    { driver: name },
  )
}

export function unknownRoute({ label, name }: Origin, route: string, known: readonly string[]): TestrigError {
  const hint = known.length === 0 ? 'It has none.' : `Its routes: ${known.join(', ')}.`
  return new TestrigError('HTTP_ROUTE_UNKNOWN', `${label} has no route ${show(route)}. ${hint}`, {
    driver: name,
  })
}

export function invalidResponse(
  { label, name }: Origin,
  { what, problem }: { what: string; problem: string },
  cause?: unknown,
): TestrigError {
  return new TestrigError(
    'HTTP_RESPONSE_INVALID',
    `${label}: ${what} ${problem}. It is an object { status, headers, body | chunks, delay, hangUp }, each of them optional.`,
    { driver: name, cause },
  )
}

export function unanswered({ label, name }: Origin, request: string, timeout: number): TestrigError {
  return new TestrigError(
    'HTTP_UNANSWERED',
    `${label}: no response queued for ${request} within ${timeout} ms; call respond() or add a route.`,
    { driver: name },
  )
}

export function handlerFailed({ label, name }: Origin, request: string, cause: unknown): TestrigError {
  return new TestrigError(
    'HTTP_HANDLER_FAILED',
    `${label}: the handler of ${request} failed: ${reasonOf(cause).replace(`${label}: `, '')}`,
    { driver: name, cause },
  )
}

export function bodyTooLarge({ label, name }: Origin, request: string, limit: number): TestrigError {
  return new TestrigError(
    'HTTP_BODY_TOO_LARGE',
    `${label}: the body of ${request} is longer than ${limit} bytes. Raise \`maxBodySize\` if that is intended.`,
    { driver: name },
  )
}

export function malformedRequest({ label, name }: Origin, peer: string, cause: unknown): TestrigError {
  return new TestrigError(
    'HTTP_REQUEST_MALFORMED',
    `${label}: ${peer} sent what is not an HTTP request: ${reasonOf(cause)}. A client that speaks TLS to a server without \`tls\` does that, for instance.`,
    { driver: name, cause },
  )
}

export function handshakeFailed(
  { label, name }: Origin,
  peer: string,
  cause: unknown,
  problem: string | undefined,
): TestrigError {
  return new TestrigError(
    'HTTP_TLS_FAILED',
    `${label}: the TLS handshake with ${peer} failed: ${problem ?? reasonOf(cause)}. Check the certificates of both sides, and that the client speaks TLS.`,
    { driver: name, cause },
  )
}

export function receiveTimeout(
  { label, name }: Origin,
  awaited: string,
  timeout: number,
  seen: string,
): TestrigError {
  return new TestrigError('HTTP_RECEIVE_TIMEOUT', `${label}: no ${awaited} within ${timeout} ms. ${seen}`, {
    driver: name,
  })
}

export function invalidJSON(message: string, text: string, cause: unknown): TestrigError {
  return new TestrigError(
    'HTTP_JSON_INVALID',
    `The body of ${message} is not valid JSON, though its content-type says so: ${reasonOf(cause)}. It is ${show(text)}. Read \`text\` instead, or mend what sent it.`,
    { cause },
  )
}

export function unreadableBody(message: string, header: string, value: string, cause: unknown): TestrigError {
  return new TestrigError(
    'HTTP_BODY_UNREADABLE',
    `The body of ${message} cannot be read as its ${header} ${show(value)} says: ${reasonOf(cause)}. Take its bytes from \`body\`.`,
    { cause },
  )
}

export function clientTarget(label: string, problem: string): TestrigError {
  return new TestrigError(
    'HTTP_TARGET_INVALID',
    `${label}: ${problem}. Name the server either by \`baseUrl\` or by \`host\`, \`port\` and \`protocol\`.`,
  )
}

export function unknownMethod({ label, name }: Origin, method: unknown): TestrigError {
  return new TestrigError(
    'HTTP_METHOD_UNKNOWN',
    `${label}: ${show(method)} is not an HTTP method. Known are GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS and the others of node:http's METHODS.`,
    { driver: name },
  )
}

export function invalidRequest({ label, name }: Origin, request: string, problem: string): TestrigError {
  return new TestrigError('HTTP_REQUEST_INVALID', `${label}: ${request}: ${problem}.`, { driver: name })
}

export function requestTimeout(
  { label, name }: Origin,
  request: string,
  timeout: number,
  progress: string,
): TestrigError {
  return new TestrigError(
    'HTTP_TIMEOUT',
    `${label}: ${request} was not answered within ${timeout} ms: ${progress}. Check the server, or raise \`timeout\`.`,
    { driver: name },
  )
}

export function requestFailed(
  { label, name }: Origin,
  request: string,
  cause: unknown,
  tlsProblem: string | undefined,
): TestrigError {
  return new TestrigError(
    'HTTP_REQUEST_FAILED',
    `${label}: ${request} failed: ${tlsProblem ?? reasonOf(cause)}.${hint(cause)}`,
    { driver: name, cause },
  )
}

export function requestCancelled({ label, name }: Origin, request: string, by: string): TestrigError {
  return new TestrigError('HTTP_CANCELLED', `${label}: ${request} was cancelled by ${by}.`, { driver: name })
}

export function tooManyRedirects(
  { label, name }: Origin,
  request: string,
  limit: number,
  location: string,
): TestrigError {
  return new TestrigError(
    'HTTP_TOO_MANY_REDIRECTS',
    `${label}: ${request} was redirected more than ${limit} times, last to ${location}. Raise \`maxRedirects\`, or look for a loop.`,
    { driver: name },
  )
}

export function show(value: unknown): string {
  return inspect(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 5,
    maxStringLength: 120,
  })
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, ' Nothing listens there: check host and port, and that the server has started.'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, ' The host name is not known: check `host`.'],
  [/^(ECONNRESET|EPIPE)$/, ' The server closed the connection before its answer was complete.'],
  [
    /^HPE_/,
    ' What came is not an HTTP answer: does the server speak HTTP, or want TLS (`protocol: "https"`)?',
  ],
  [/^EPROTO$/, ' The TLS handshake failed: does the server speak TLS on this port?'],
]

function hint(error: unknown): string {
  const code = errorCode(error) ?? ''
  return HINTS.find(([pattern]) => pattern.test(code))?.[1] ?? ''
}
