import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { bind, deadline, errorCode, formatAddress, trackSockets } from '@testrig/sockets'
import type { LoadedTLS } from '@testrig/tls/options'
import { Connection, STOPPED } from './connection.ts'
import {
  acceptTimeout,
  type HandshakeFailure,
  listenFailed,
  noSuchConnection,
  portInUse,
  serverFailed,
  stoppedMeanwhile,
} from './errors.ts'

export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly backlog: number
  readonly allowHalfOpen: boolean
  readonly tls: LoadedTLS | undefined
  /** Called when the server can accept no more. */
  readonly onFailure: (error: Error) => void
}

/**
 * Listens for connections.
 *
 * @throws TCP_PORT_IN_USE, TCP_LISTEN_FAILED
 */
export async function listen(label: string, options: ListenOptions): Promise<Listener> {
  const { host, port, backlog } = options
  const server = create(options)
  await bind(server, { host, port, backlog }).catch((error) => {
    throw errorCode(error) === 'EADDRINUSE'
      ? portInUse(label, host, port, error)
      : listenFailed(label, host, port, error)
  })
  return new Listener(label, server, options)
}

/** A server that listens, with the connections that clients have made to it. */
export class Listener {
  readonly port: number
  readonly #label: string
  readonly #address: string
  readonly #server: Server
  readonly #sockets: ReadonlySet<Socket>
  readonly #connections: Connection[] = []
  readonly #waiting: PromiseWithResolvers<number>[] = []
  #accepted = 0
  readonly #tls: LoadedTLS | undefined
  #handshake: HandshakeFailure | undefined

  constructor(label: string, server: Server, { host, tls, onFailure }: ListenOptions) {
    this.#label = label
    this.#tls = tls
    this.#server = server
    this.#sockets = trackSockets(server)
    this.port = (server.address() as AddressInfo).port
    this.#address = formatAddress(host, this.port)
    server.on('error', (error) => onFailure(serverFailed(label, error)))
    server.on('tlsClientError', (error: Error, socket: Socket) => {
      this.#handshake = { error, problem: tls?.problemOf(error, socket) }
    })
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket) => this.#add(socket))
  }

  /** How many connections are open. */
  get active(): number {
    return this.#connections.filter(({ open }) => open).length
  }

  /** Waits for the next client and gives the number of its connection. */
  accept(timeout: number): Promise<number> {
    const accepted = deadline<number>(timeout, () => {
      this.#waiting.splice(this.#waiting.indexOf(accepted), 1)
      const seen = { accepted: this.#accepted, handshake: this.#handshake }
      return acceptTimeout(this.#label, timeout, this.#address, seen)
    })
    this.#waiting.push(accepted)
    this.#serve()
    return accepted.promise
  }

  /** The accepted connection of that number, or the one accepted last. @throws TCP_NO_CONNECTION */
  connection(index?: number): Connection {
    const found = this.#connections.slice(0, this.#accepted)[index ?? this.#accepted - 1]
    if (found !== undefined) return found
    throw noSuchConnection(this.#label, index, this.#accepted, this.#connections.length - this.#accepted)
  }

  async close(): Promise<void> {
    const closed = Promise.withResolvers<void>()
    this.#server.close(() => closed.resolve())
    for (const waiting of this.#waiting.splice(0))
      waiting.reject(stoppedMeanwhile(this.#label, 'acceptConnection()'))
    await Promise.all(this.#connections.map((connection) => connection.close(STOPPED)))
    for (const socket of this.#sockets) socket.destroy()
    await closed.promise
  }

  #add(socket: Socket): void {
    const label = `${this.#label}: connection ${this.#connections.length} from ${formatAddress(socket.remoteAddress ?? '?', socket.remotePort ?? 0)}`
    this.#connections.push(
      new Connection(socket, { label, advice: 'acceptConnection() gives the next one.', tls: this.#tls }),
    )
    this.#serve()
  }

  #serve(): void {
    while (this.#waiting.length > 0 && this.#accepted < this.#connections.length)
      this.#waiting.shift()?.resolve(this.#accepted++)
  }
}

function create({ allowHalfOpen, tls }: ListenOptions): Server {
  const shared = { allowHalfOpen, noDelay: true }
  return tls === undefined ? createServer(shared) : createTlsServer({ ...shared, ...tls.options })
}
