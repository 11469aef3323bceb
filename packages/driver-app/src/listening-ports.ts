import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { parseAddress } from './inspect/socket-address.ts'
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

async function fromSystem(pid: number): Promise<readonly ListeningPort[]> {
  const [{ default: system }, { systemProcessTree }] = await Promise.all([
    import('systeminformation'),
    import('./system-process-tree.ts'),
  ])
  const [connections, tree] = await Promise.all([system.networkConnections(), systemProcessTree(pid)])
  return connections
    .filter((each) => each.state === 'LISTEN' && tree.includes(each.pid))
    .map((each) => ({ host: each.localAddress, port: Number(each.localPort) }))
}
