import { readFile } from 'node:fs/promises'
import type { OpenSocket } from './inspector.ts'
import { parseAddress } from './socket-address.ts'

/** Sockets of a network namespace by their inode; of Unix sockets that were accepted, the path is that of the listener. */
export type SocketTable = ReadonlyMap<string, OpenSocket>

const ESTABLISHED = '01'
const LISTEN = '0A'
/** SYN_SENT, SYN_RECV, TIME_WAIT, CLOSE and NEW_SYN_RECV: no connection yet, or none any more. */
const UNCONNECTED = new Set(['02', '03', '06', '07', '0C'])

/** The process has called listen(). Source: Linux include/linux/net.h, __SO_ACCEPTCON. */
const ACCEPTS = 0x10000
/** Source: Linux include/uapi/linux/net.h, SS_CONNECTED. */
const CONNECTED = '03'

/** Reads the sockets of the network that a process is in. @throws the system's error when the tables cannot be read */
export async function readSocketTable(pid: number): Promise<SocketTable> {
  const [tcp, tcp6, udp, udp6, unix] = await Promise.all([
    lines(pid, 'tcp'),
    optionalLines(pid, 'tcp6'),
    optionalLines(pid, 'udp'),
    optionalLines(pid, 'udp6'),
    optionalLines(pid, 'unix'),
  ])
  return new Map([
    ...[...tcp, ...tcp6].flatMap((line) => internetSocket('tcp', line)),
    ...[...udp, ...udp6].flatMap((line) => internetSocket('udp', line)),
    ...unix.flatMap(unixSocket),
  ])
}

/** Source: Linux Documentation/networking/proc_net_tcp.rst, include/net/tcp_states.h. */
function internetSocket(protocol: 'tcp' | 'udp', line: string): [string, OpenSocket][] {
  const [, local = '', remote = '', state = '', , , , , , inode = '0'] = line.trim().split(/\s+/)
  if (inode === '0') return []
  const own = parseAddress(local)
  if (state === LISTEN) return [[inode, { protocol, state: 'listening', local: own, peer: undefined }]]
  if (protocol === 'udp' && state !== ESTABLISHED)
    return own.port === 0 ? [] : [[inode, { protocol, state: 'bound', local: own, peer: undefined }]]
  if (UNCONNECTED.has(state)) return []
  return [[inode, { protocol, state: 'connected', local: own, peer: parseAddress(remote) }]]
}

/** Source: proc(5), /proc/net/unix. */
function unixSocket(line: string): [string, OpenSocket][] {
  const { flags = '', state, inode = '', path } = UNIX.exec(line)?.groups ?? {}
  const accepts = (Number.parseInt(flags, 16) & ACCEPTS) !== 0
  if (accepts) return [[inode, { protocol: 'unix', state: 'listening', local: path, peer: undefined }]]
  if (state === CONNECTED)
    return [[inode, { protocol: 'unix', state: 'connected', local: path, peer: undefined }]]
  return path === undefined
    ? []
    : [[inode, { protocol: 'unix', state: 'bound', local: path, peer: undefined }]]
}

const UNIX = /^\S+: \S+ \S+ (?<flags>\S+) \S+ (?<state>\S+) +(?<inode>\d+)(?: (?<path>.+))?$/

async function lines(pid: number, table: string): Promise<readonly string[]> {
  return (await readFile(`/proc/${pid}/net/${table}`, 'latin1')).split('\n').slice(1, -1)
}

/** IPv6 may be off, and so have no tables. */
async function optionalLines(pid: number, table: string): Promise<readonly string[]> {
  return lines(pid, table).catch(() => [])
}
