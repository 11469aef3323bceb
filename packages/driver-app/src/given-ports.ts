import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { claimPort, coversLoopback, type PortLease, poll, portHolder, sharedState } from '@testrig/core'
import { portInUse } from './errors-ports.ts'
import { type ListeningSocket, listeningSockets, processesOf } from './listening-ports.ts'
import type { GivenPort } from './ports.ts'

/** Who has a port. */
export interface PortUser {
  /** The driver of this process that was given the same port. */
  readonly driver?: string
  /** Where it is listened on; undefined when it is only kept for a program of a Testrig process. */
  readonly host?: string
  /** Those that have it, with their command lines; none when they are another user's. */
  readonly processes: readonly { readonly pid: number; readonly command: string }[]
}

/** Longest wait for a port whose user may be about to end, in milliseconds. */
const PATIENCE = 1_000

/**
 * Keeps a port that is given for one program, as the server of another would be taken for it; gives what ends that.
 * Nobody is connected to, and nothing is bound, for that.
 *
 * @throws APP_PORT_IN_USE when somebody listens on it, or another driver, of any Testrig process of this user, has it
 */
export async function claimGivenPort(given: GivenPort, label: string): Promise<() => void> {
  const deadline = performance.now() + PATIENCE
  let release: (() => void) | undefined
  let sockets: readonly ListeningSocket[] = []
  const isFree = async () => {
    release ??= claim(given.port, label)
    sockets = (await listeningSockets()).filter(
      ({ host, port }) => port === given.port && coversLoopback(host),
    )
    return release !== undefined && sockets.length === 0
  }
  await poll(async () => (await isFree()) || performance.now() > deadline)
  if (release !== undefined && sockets.length === 0) return release
  const user = userOf(given.port, sockets[0], release !== undefined)
  release?.()
  throw portInUse(label, given, user)
}

/** The drivers that have ports of their own, by port. */
function owners(): Map<number, string> {
  return sharedState('given-ports', () => new Map<number, string>())
}

function claim(port: number, label: string): (() => void) | undefined {
  if (owners().has(port)) return undefined
  const lease: PortLease | undefined = claimPort(port)
  if (lease === undefined) return undefined
  owners().set(port, label)
  return () => {
    owners().delete(port)
    lease.release()
  }
}

function userOf(port: number, socket: ListeningSocket | undefined, isClaimed: boolean): PortUser {
  const driver = isClaimed ? undefined : owners().get(port)
  const holder = portHolder(port)
  const pids = socket !== undefined ? processesOf(socket) : holder === undefined ? [] : [holder]
  return {
    ...(driver !== undefined && { driver }),
    ...(socket !== undefined && { host: socket.host }),
    processes: pids.map((pid) => ({ pid, command: commandOf(pid) })),
  }
}

/** Source: proc(5), /proc/PID/cmdline. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
  } catch {
    return ''
  }
}
