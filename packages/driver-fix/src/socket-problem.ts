import { errorCode } from '@testrig/sockets'
import { tlsProblem } from '@testrig/tls'

const PROBLEMS: Readonly<Record<string, string>> = {
  EPIPE: 'the peer closed the connection',
  ECONNRESET: 'the peer reset the connection',
}

/** What an error of a socket means, in words; one that stands for several attempts says each. */
export function socketProblem(error: Error, socket?: object): string {
  if (error instanceof AggregateError) return error.errors.map((each) => socketProblem(each)).join(', ')
  return tlsProblem(error, socket) ?? PROBLEMS[errorCode(error) ?? ''] ?? error.message
}
