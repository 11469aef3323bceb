import type { Socket } from 'node:net'
import { type Condition, LOOPBACK, polled } from '@testrig/core'
import type { TcpReadiness } from '../readiness.ts'
import type { ProgramView } from './program-view.ts'

/** Longest time for one attempt, in milliseconds. */
const ATTEMPT = 1_000

export function tcpCondition({ port, host }: TcpReadiness, program: ProgramView): Condition {
  const hosts = host === undefined ? LOOPBACK : [host as string]
  return polled(`port ${port} accepts connections`, async () => {
    const number = program.port(port as number | string)
    if (number === undefined) return `the port ${port} is not known yet`
    const answers = await Promise.all(hosts.map((each) => attempt(each, number)))
    return answers.includes(undefined)
      ? true
      : hosts.map((each, index) => `${address(each, number)} ${answers[index]}`).join(', ')
  })
}

function address(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Connects once; gives the reason when that fails. */
async function attempt(host: string, port: number): Promise<string | undefined> {
  const { connect } = await import('node:net')
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: ATTEMPT })
    const end = (reason: string | undefined) => {
      socket.destroy()
      done(reason)
    }
    socket.on('connect', () => {
      leave(socket)
      done(undefined)
    })
    socket.on('timeout', () => end('does not answer'))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' ? 'refuses connections' : (error.code ?? error.message)),
    )
  })
}

/** Ends a connection after reading what the server says: unread, it would make a reset, which some servers die of. */
function leave(socket: Socket): void {
  socket.resume().end()
  socket.unref()
}
