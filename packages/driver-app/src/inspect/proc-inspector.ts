import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { unixPeersMissing } from '../errors.ts'
import type { Inspector, OpenFile, OpenSocket } from './inspector.ts'
import { readSocketTable, type SocketTable } from './socket-tables.ts'
import { SystemInspector } from './system-inspector.ts'
import { unixPeers } from './unix-peers.ts'

interface Descriptor {
  readonly fd: string
  /** What it is, such as a path or `socket:[inode]`. */
  readonly target: string
}

/** Files that no two programs are connected by. */
const NO_FILES = /^\/(dev|proc|sys|memfd:)|^[^/]| \(deleted\)$/
const NOTHING: SocketTable = new Map()
const READ_ONLY = 0o0
const WRITE_ONLY = 0o1
const ACCESS = 0o3

/** Sees what processes have open by Linux's /proc. Each thing is read once, when it is first asked for. */
export class ProcInspector implements Inspector {
  readonly #descriptors = new Map<number, Promise<readonly Descriptor[] | undefined>>()
  readonly #tables = new Map<string, Promise<SocketTable>>()
  /** Sees sockets where a sandbox hides the tables of /proc. */
  readonly #instead = new SystemInspector()
  readonly #readTable: typeof readSocketTable
  #peers: Promise<ReadonlyMap<string, string> | undefined> | undefined

  constructor(readTable: typeof readSocketTable = readSocketTable) {
    this.#readTable = readTable
  }

  async sockets(pid: number): Promise<readonly OpenSocket[] | undefined> {
    const descriptors = await this.#open(pid)
    if (descriptors === undefined) return undefined
    const inodes = descriptors.flatMap(({ target }) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
    if (inodes.length === 0) return []
    const table = await this.#table(pid).catch((error) => (isGone(error) ? NOTHING : undefined))
    if (table === undefined) return this.#instead.sockets(pid)
    const found = inodes.flatMap((inode) => {
      const socket = table.get(inode)
      return socket === undefined ? [] : [[inode, socket] as const]
    })
    return Promise.all(found.map(([inode, socket]) => this.#withPeer(inode, socket, table)))
  }

  async files(pid: number): Promise<readonly OpenFile[] | undefined> {
    const descriptors = await this.#open(pid)
    const files = descriptors?.filter(({ target }) => !NO_FILES.test(target))
    return files && (await Promise.all(files.map((file) => openFile(pid, file)))).flat()
  }

  async problems(sockets: readonly OpenSocket[]): Promise<readonly Error[]> {
    const isListening = sockets.some(({ protocol, state }) => protocol === 'unix' && state === 'listening')
    const isBlind = isListening && this.#peers !== undefined && (await this.#peers) === undefined
    return [...(isBlind ? [unixPeersMissing()] : []), ...(await this.#instead.problems())]
  }

  /** Source: proc(5), /proc/PID/fd. */
  #open(pid: number): Promise<readonly Descriptor[] | undefined> {
    const known = this.#descriptors.get(pid) ?? readDescriptors(pid)
    this.#descriptors.set(pid, known)
    return known
  }

  /** Processes of one network namespace have the same table. */
  async #table(pid: number): Promise<SocketTable> {
    const namespace = await readlink(`/proc/${pid}/ns/net`).catch(() => `${pid}`)
    const known = this.#tables.get(namespace) ?? this.#readTable(pid)
    this.#tables.set(namespace, known)
    known.catch(() => this.#tables.delete(namespace)) // Of a process that has ended, others may still tell.
    return known
  }

  /** Of who connects to a path, only the peer knows the path. */
  async #withPeer(inode: string, socket: OpenSocket, table: SocketTable): Promise<OpenSocket> {
    if (socket.protocol !== 'unix' || socket.state !== 'connected' || socket.local !== undefined)
      return socket
    if (!hasAccepted(table)) return socket
    this.#peers ??= unixPeers()
    return { ...socket, peer: table.get((await this.#peers)?.get(inode) ?? '')?.local }
  }
}

/** Whether a Unix socket with a path was connected to; the pipes of a child process have none. */
function hasAccepted(table: SocketTable): boolean {
  for (const { protocol, state, local } of table.values())
    if (protocol === 'unix' && state === 'connected' && local !== undefined) return true
  return false
}

/** Whether the process has ended. */
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ESRCH', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')
}

async function readDescriptors(pid: number): Promise<readonly Descriptor[] | undefined> {
  try {
    const all = (await readdir(`/proc/${pid}/fd`)).map(async (fd) => ({
      fd,
      target: await readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''),
    }))
    return await Promise.all(all)
  } catch (error) {
    return isGone(error) ? [] : undefined
  }
}

/** Source: proc(5), /proc/PID/fdinfo. */
async function openFile(pid: number, { fd, target: path }: Descriptor): Promise<readonly OpenFile[]> {
  try {
    const [info, status] = await Promise.all([
      readFile(`/proc/${pid}/fdinfo/${fd}`, 'latin1'),
      stat(`/proc/${pid}/fd/${fd}`),
    ])
    if (!status.isFile() && !status.isFIFO()) return []
    const mode = Number.parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? '0', 8) & ACCESS
    return [{ path, reads: mode !== WRITE_ONLY, writes: mode !== READ_ONLY }]
  } catch {
    return [] // It was closed meanwhile.
  }
}
