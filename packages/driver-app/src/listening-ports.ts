import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { parseAddress } from './inspect/socket-address.ts'
import { hasProcFs, processTree, readProcessTable } from './process-table.ts'

export interface ListeningPort {
  readonly host: string
  readonly port: number
}

/** A socket with its inode, or with the process that has it open, whichever the system tells. */
export interface ListeningSocket extends ListeningPort {
  readonly inode?: string | undefined
  readonly pid?: number | undefined
}

/** State of a listening socket. Source: Linux include/net/tcp_states.h, TCP_LISTEN. */
const LISTEN = '0A'

/** The TCP ports that a process, its descendants and its group listen on. */
export async function listeningPorts(pid: number): Promise<readonly ListeningPort[]> {
  return hasProcFs ? portsOf(processTree(pid)) : fromSystem(pid)
}

/** All TCP sockets that listen in the network of this process. */
export async function listeningSockets(): Promise<readonly ListeningSocket[]> {
  return hasProcFs ? socketTable('self') : systemTable()
}

/** The processes that have a socket open, as far as this user may look. */
export function processesOf({ inode, pid }: ListeningSocket): readonly number[] {
  if (inode === undefined) return pid === undefined ? [] : [pid]
  return readProcessTable().flatMap((each) => (socketsOf(each.pid).has(inode) ? each.pid : []))
}

/** The TCP ports that some processes listen on. Source: proc(5), /proc/PID/fd. */
export function portsOf(pids: readonly number[]): readonly ListeningPort[] {
  const found = new Map<string, ListeningPort>()
  for (const pid of pids) {
    const inodes = socketsOf(pid)
    if (inodes.size === 0) continue
    for (const { inode = '', host, port } of socketTable(pid))
      if (inodes.has(inode)) found.set(`${host} ${port}`, { host, port })
  }
  return [...found.values()]
}

/** Source: proc(5), /proc/PID/net/tcp. */
function socketTable(pid: number | 'self'): readonly ListeningSocket[] {
  return ['tcp', 'tcp6'].flatMap((table) =>
    lines(`/proc/${pid}/net/${table}`).flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      return state === LISTEN ? [{ ...parseAddress(local), inode }] : []
    }),
  )
}

function socketsOf(pid: number): ReadonlySet<string> {
  const inodes = new Set<string>()
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1]
      if (inode !== undefined) inodes.add(inode)
    }
  } catch {
    // The process has ended, or belongs to another user.
  }
  return inodes
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function lines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'latin1').split('\n')
  } catch {
    return ['']
  }
}

async function fromSystem(pid: number): Promise<readonly ListeningPort[]> {
  const { systemProcessTree } = await import('./system-process-tree.ts')
  const [sockets, tree] = await Promise.all([systemTable(), systemProcessTree(pid)])
  return sockets.filter((each) => tree.includes(each.pid)).map(({ host, port }) => ({ host, port }))
}

async function systemTable(): Promise<readonly (ListeningPort & { readonly pid: number })[]> {
  const { default: system } = await import('systeminformation')
  return (await system.networkConnections())
    .filter(({ state }) => state === 'LISTEN')
    .map(({ localAddress: host, localPort, pid }) => ({ host, port: Number(localPort), pid }))
}
