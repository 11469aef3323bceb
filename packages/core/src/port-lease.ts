import { readFileSync } from 'node:fs'
import { badPortHost, badPortRange, noFreePort } from './errors-ports.ts'
import { lockedPorts, lockPort, unlockPort } from './port-lock.ts'
import { sharedState } from './shared-state.ts'

export interface PortRange {
  /** First port, from 1024 up. */
  readonly from: number
  /** Last port, up to 65535. */
  readonly to: number
}

export interface LeasePortOptions {
  /** The address that the port is to be free on. @default all addresses of this machine */
  readonly host?: string
  /** The ports to choose from. @default 20000 up to the ports that the system gives to outgoing connections */
  readonly range?: PortRange
}

export interface PortLease {
  readonly port: number
  /** Lets others have the port; a second call does nothing. */
  release(): void
}

/** What this process holds, and where its next search begins. */
interface Leases {
  readonly held: Set<number>
  next: number
}

/**
 * Leases a TCP port that is free now and that no Testrig process of this user on this machine hands out until it is
 * released, or this process has ended.
 *
 * @throws PORT_NONE_FREE when every port of the range is leased or in use
 * @throws PORT_RANGE, PORT_HOST when an option is wrong
 * @throws PORT_LOCK_DIRECTORY when the temporary directory cannot hold the locks
 */
export async function leasePort(options: LeasePortOptions = {}): Promise<PortLease> {
  const range = checkRange(options.range ?? defaultRange())
  const port = (await findPort(range, options.host)) ?? (await findAgain(range, options.host))
  return leaseOf(port)
}

/**
 * Leases a certain port, whether it is free or not; undefined when another Testrig process has it. What this process has
 * leased already stays so.
 *
 * @throws PORT_LOCK_DIRECTORY when the temporary directory cannot hold the locks
 */
export function claimPort(port: number): PortLease | undefined {
  const { held } = sharedLeases()
  if (held.has(port)) return { port, release() {} }
  if (!lockPort(port)) return undefined
  held.add(port)
  return leaseOf(port)
}

function leaseOf(port: number): PortLease {
  let released = false
  return {
    port,
    release() {
      if (released) return
      released = true
      sharedLeases().held.delete(port)
      unlockPort(port)
    },
  }
}

async function findPort({ from, to }: PortRange, host: string | undefined): Promise<number | undefined> {
  const leases = sharedLeases()
  for (let tried = from; tried <= to; tried++) {
    // Each call goes on where the last one stopped, so that calls made at once try different ports.
    const port = from + (leases.next++ % (to - from + 1))
    if (!leases.held.has(port) && lockPort(port) && (await isFree(port, host))) return port
  }
  return undefined
}

/** get-port keeps a port to itself for 15 s after it was given back; in a short range that leaves none. */
async function findAgain(range: PortRange, host: string | undefined): Promise<number> {
  const { clearLockedPorts } = await import('get-port')
  clearLockedPorts()
  const port = await findPort(range, host)
  if (port !== undefined) return port
  const leased = lockedPorts().filter((each) => range.from <= each && each <= range.to)
  throw noFreePort(range.from, range.to, leased.length)
}

function sharedLeases(): Leases {
  return sharedState('port-leases', () => {
    const held = new Set<number>()
    process.once('exit', () => held.forEach(unlockPort))
    return { held, next: Math.floor(Math.random() * 65536) }
  })
}

/** Whether a locked port is free; it stays locked only when it is. */
async function isFree(port: number, host: string | undefined): Promise<boolean> {
  const { held } = sharedLeases()
  held.add(port)
  const { default: getPort } = await import('get-port')
  let found: number | undefined
  try {
    // get-port answers with another port when this one is in use.
    found = await getPort(host === undefined ? { port } : { port, host })
  } catch (error) {
    throw host === undefined ? error : badPortHost(host, error)
  } finally {
    if (found !== port && held.delete(port)) unlockPort(port)
  }
  return found === port
}

function checkRange(range: PortRange): PortRange {
  const { from, to } = range
  const isRange = Number.isInteger(from) && Number.isInteger(to) && 1024 <= from && from <= to && to <= 65535
  if (!isRange) throw badPortRange(range)
  return range
}

/** Below the ephemeral range, so that no outgoing connection takes the port before its server does. */
function defaultRange(): PortRange {
  const firstEphemeral = Number(readText('/proc/sys/net/ipv4/ip_local_port_range')?.split(/\s+/)[0])
  return { from: 20_000, to: firstEphemeral > 21_000 ? firstEphemeral - 1 : 29_999 }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
