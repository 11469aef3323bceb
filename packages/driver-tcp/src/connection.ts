import type { Socket } from 'node:net'
import { deadline } from './deadline.ts'
import { connectionClosed, receiveTimeout, sendTimeout } from './errors.ts'
import { Receiver, type Wanted } from './receiver.ts'

/** Longest time that closing waits for a peer that does not read, before it drops what was not sent. */
const CLOSE_GRACE = 1_000

/** One end of an established TCP connection, with what has arrived on it. */
export class Connection {
  readonly localHost: string
  readonly localPort: number
  readonly #label: string
  readonly #socket: Socket
  readonly #receiver: Receiver
  #end: { readonly reason: string; readonly cause?: unknown } | undefined

  /** The label stands at the beginning of errors. */
  constructor(label: string, socket: Socket) {
    this.#label = label
    this.#socket = socket
    this.localHost = socket.localAddress ?? ''
    this.localPort = socket.localPort ?? 0
    this.#receiver = new Receiver({
      timeout: (wanted, milliseconds, arrived) => receiveTimeout(label, wanted, milliseconds, arrived),
      ended: (wanted, arrived) => this.#closed({ wanted, arrived }),
    })
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('end', () => this.#over('the peer closed it'))
    socket.on('error', (error) => this.#over(`it broke (${error.message})`, error))
    socket.on('close', () => this.#over('it was closed'))
  }

  /** Whether data can still be exchanged, in one direction at least. */
  get open(): boolean {
    return this.#socket.readable || this.#socket.writable
  }

  /** Resolves when the system has taken all the bytes. */
  async send(data: Uint8Array, timeout: number): Promise<void> {
    if (!this.#socket.writable) throw this.#closed({})
    const sent = deadline<void>(timeout, () =>
      sendTimeout(this.#label, data.length, timeout, this.#socket.writableLength),
    )
    this.#socket.write(data, (error) => {
      if (!error) return sent.resolve()
      this.#over(`it broke (${error.message})`, error)
      sent.reject(this.#closed({}))
    })
    await sent.promise
  }

  receive(wanted: Wanted, timeout: number): Promise<Buffer> {
    const received = this.#receiver.receive(wanted, timeout)
    if (!this.#receiver.full) this.#socket.resume()
    return received
  }

  /** Sends what is queued and closes; receives that wait are rejected with the reason. */
  async close(reason: string): Promise<void> {
    this.#over(reason)
    if (this.#socket.closed) return
    const closed = Promise.withResolvers<void>()
    this.#socket.once('close', () => closed.resolve())
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_GRACE)
    this.#socket.destroySoon()
    await closed.promise
    clearTimeout(timer)
  }

  #take(chunk: Buffer): void {
    this.#receiver.append(chunk)
    if (this.#receiver.full) this.#socket.pause()
  }

  #over(reason: string, cause?: unknown): void {
    if (this.#end !== undefined) return
    this.#end = { reason, cause }
    this.#receiver.end()
  }

  #closed(details: Omit<Parameters<typeof connectionClosed>[1], 'reason' | 'cause'>): Error {
    return connectionClosed(this.#label, { ...(this.#end ?? { reason: 'it was closed' }), ...details })
  }
}
