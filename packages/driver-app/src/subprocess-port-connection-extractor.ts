import {
  BaseConnectionExtractor,
  BaseConnectionInfo,
  Direction,
  type Driver,
  type Extracted,
  PortConnectionInfo,
  Protocol,
} from '@testrig/core'
import { noAccess } from './errors.ts'
import type { OpenSocket, SocketAddress } from './inspect/inspector.ts'
import { processesOf } from './running-programs.ts'

export interface PortExtractorOptions {
  /** Protocols to look at. @default ['tcp', 'udp', 'unix'] */
  readonly connectionsToCheck?: readonly ('tcp' | 'udp' | 'unix')[] | undefined
  /** Connections to leave out: ports, paths of Unix sockets, or as reports show them, such as `tcp://5432`. @default none */
  readonly connectionsToIgnore?: readonly (number | string)[] | undefined
}

/** Finds where the processes of a driver listen, and what they are connected to: the program, and all that it has started. */
export class SubprocessPortConnectionExtractor extends BaseConnectionExtractor {
  readonly #check: ReadonlySet<string>
  readonly #ignore: ReadonlySet<string>

  constructor({ connectionsToCheck, connectionsToIgnore = [] }: PortExtractorOptions = {}) {
    super()
    this.#check = new Set(connectionsToCheck ?? [Protocol.TCP, Protocol.UDP, Protocol.UNIX])
    this.#ignore = new Set(connectionsToIgnore.map(String))
  }

  override async extractConnections(driver: Driver): Promise<Extracted> {
    const [pids, { withInspector }] = await Promise.all([
      processesOf(driver),
      import('./inspect/shared-inspector.ts'), // Loaded by who looks.
    ])
    return withInspector(async (inspector) => {
      const seen = await Promise.all(pids.map((pid) => inspector.sockets(pid)))
      const denied = pids.filter((_, index) => seen[index] === undefined)
      const sockets = seen.flatMap((each) => each ?? [])
      const problems = await inspector.problems(sockets)
      return [...this.#infos(sockets), ...(denied.length > 0 ? [noAccess(denied)] : []), ...problems]
    })
  }

  /** A socket that was accepted says no more than the one that listens. */
  #infos(sockets: readonly OpenSocket[]): readonly BaseConnectionInfo[] {
    const listening = new Set(sockets.filter(({ state }) => state === 'listening').map(ownPort))
    const others = sockets.filter((socket) => socket.state !== 'connected' || !listening.has(ownPort(socket)))
    const infos = others.filter(({ protocol }) => this.#check.has(protocol)).flatMap(infoOf)
    return infos.filter(
      (info) => !this.#ignore.has(String(info.identifier)) && !this.#ignore.has(info.connectionRep),
    )
  }
}

function ownPort({ protocol, local }: OpenSocket): string {
  return `${protocol}:${typeof local === 'object' ? local.port : local}`
}

function infoOf({ protocol, state, local, peer }: OpenSocket): readonly BaseConnectionInfo[] {
  const direction = state === 'connected' ? Direction.CONNECTING : Direction.LISTENING
  const other = state === 'connected' ? peer : local
  if (typeof other === 'string') return [new BaseConnectionInfo({ protocol, identifier: other, direction })]
  if (other === undefined || typeof local !== 'object') return []
  return [portInfo(protocol, direction, other, local)]
}

function portInfo(
  protocol: string,
  direction: Direction,
  listening: SocketAddress,
  own: SocketAddress,
): PortConnectionInfo {
  const { host, port: identifier } = listening
  return new PortConnectionInfo({ protocol, identifier, direction, port: own.port, host })
}
