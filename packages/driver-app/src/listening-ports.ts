import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { hasProcFs, processTree } from './process-table.ts'

export interface ListeningPort {
  readonly host: string
  readonly port: number
}

/** State of a listening socket. Source: Linux include/net/tcp_states.h, TCP_LISTEN. */
const LISTEN = '0A'

/** The TCP ports that a process, its descendants and its group listen on. */
export async function listeningPorts(pid: number): Promise<readonly ListeningPort[]> {
  return hasProcFs ? fromProc(processTree(pid)) : fromSystem(pid)
}

/** Source: proc(5), /proc/PID/fd and /proc/PID/net/tcp. */
function fromProc(pids: readonly number[]): readonly ListeningPort[] {
  const found = new Map<string, ListeningPort>()
  for (const pid of pids) {
    const inodes = socketsOf(pid)
    if (inodes.size === 0) continue
    for (const table of ['tcp', 'tcp6']) {
      for (const line of lines(`/proc/${pid}/net/${table}`).slice(1)) {
        const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
        if (state === LISTEN && inodes.has(inode)) found.set(local, parseAddress(local))
      }
    }
  }
  return [...found.values()]
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

/** Parses an address of /proc/net/tcp: words of four bytes in the machine's order, which is little-endian here. */
function parseAddress(text: string): ListeningPort {
  const [address = '', port = ''] = text.split(':')
  const bytes = Buffer.from(address, 'hex')
  for (let word = 0; word + 4 <= bytes.length; word += 4) bytes.subarray(word, word + 4).reverse()
  const host = bytes.length === 4 ? bytes.join('.') : ipv6(bytes)
  return { host, port: Number.parseInt(port, 16) }
}

function ipv6(bytes: Buffer): string {
  if (bytes.every((byte) => byte === 0)) return '::'
  if (bytes.subarray(0, 15).every((byte) => byte === 0)) return `::${bytes[15]}`
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  return groups.join(':')
}

async function fromSystem(pid: number): Promise<readonly ListeningPort[]> {
  const { default: system } = await import('systeminformation')
  const [connections, { list }] = await Promise.all([system.networkConnections(), system.processes()])
  const tree = new Set([pid])
  for (let size = 0; size !== tree.size; ) {
    size = tree.size
    for (const each of list) if (tree.has(each.parentPid)) tree.add(each.pid)
  }
  return connections
    .filter((each) => each.state === 'LISTEN' && tree.has(each.pid))
    .map((each) => ({ host: each.localAddress, port: Number(each.localPort) }))
}
