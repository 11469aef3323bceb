import { execFile } from 'node:child_process'
import { setImmediate } from 'node:timers/promises'
import { connectionsUnseen, filesUnseen } from '../errors.ts'
import type { Inspector, OpenFile, OpenSocket } from './inspector.ts'
import { parseOpenFiles } from './lsof.ts'

/** A row of systeminformation's networkConnections(), as far as it is used. */
export interface SystemConnection {
  readonly protocol: string
  readonly localAddress: string
  readonly localPort: string
  readonly peerAddress: string
  readonly peerPort: string
  readonly state: string
  readonly pid: number
}

/** Sees what processes have open where there is no /proc: sockets by systeminformation, files by `lsof`. */
export class SystemInspector implements Inspector {
  #connections: Promise<readonly SystemConnection[]> | undefined
  readonly #asked = new Set<number>()
  #files: Promise<ReadonlyMap<number, readonly OpenFile[]>> | undefined
  #lsofMissing: Error | undefined

  async sockets(pid: number): Promise<readonly OpenSocket[]> {
    return (await this.#all()).filter((each) => each.pid === pid).flatMap(socketOf)
  }

  /** One run of `lsof` shows the files of all processes that are asked for in the same turn. */
  async files(pid: number): Promise<readonly OpenFile[]> {
    this.#asked.add(pid)
    this.#files ??= setImmediate().then(() => this.#list())
    return (await this.#files).get(pid) ?? []
  }

  async problems(): Promise<readonly Error[]> {
    const unseen = this.#connections !== undefined && (await this.#connections).length === 0
    return [...(unseen ? [connectionsUnseen()] : []), ...(this.#lsofMissing ? [this.#lsofMissing] : [])]
  }

  async #list(): Promise<ReadonlyMap<number, readonly OpenFile[]>> {
    this.#files = undefined
    const pids = [...this.#asked]
    this.#asked.clear()
    const { output, error } = await lsof(pids)
    if (error !== undefined) this.#lsofMissing = filesUnseen(error)
    return parseOpenFiles(output)
  }

  #all(): Promise<readonly SystemConnection[]> {
    this.#connections ??= import('systeminformation').then(
      ({ default: system }) => system.networkConnections() as Promise<readonly SystemConnection[]>,
    )
    return this.#connections
  }
}

function socketOf(row: SystemConnection): readonly OpenSocket[] {
  const protocol = row.protocol.startsWith('udp') ? 'udp' : 'tcp'
  const local = { host: row.localAddress, port: Number(row.localPort) }
  const peer = { host: row.peerAddress, port: Number(row.peerPort) }
  if (row.state === 'LISTEN') return [{ protocol, state: 'listening', local, peer: undefined }]
  if (['ESTABLISHED', 'CLOSE_WAIT'].includes(row.state))
    return [{ protocol, state: 'connected', local, peer }]
  return protocol === 'udp' ? [{ protocol, state: 'bound', local, peer: undefined }] : []
}

/** It exits with 1 also when it has shown what there is. */
function lsof(
  pids: readonly number[],
): Promise<{ readonly output: string; readonly error: Error | undefined }> {
  const { promise, resolve } = Promise.withResolvers<{ output: string; error: Error | undefined }>()
  const args = ['-nP', '-a', '-p', pids.join(','), '-F', 'pftan']
  execFile('lsof', args, { timeout: 3_000, maxBuffer: 64 * 1024 * 1024 }, (error, output) => {
    const isMissing = error !== null && typeof error.code === 'string'
    resolve({ output, error: isMissing ? error : undefined })
  })
  return promise
}
