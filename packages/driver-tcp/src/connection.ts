import type { Socket } from 'node:net'
import { closeSocket, deadline } from '@testrig/sockets'
import type { LoadedTLS } from '@testrig/tls/options'
import type { EncodingGiven, ReceiveCall, SendCall } from './call-options.ts'
import { connectionClosed, notSendable, receiveTimeout, sendTimeout } from './errors.ts'
import { Receiver, type Wanted } from './receiver.ts'

/** Why all connections of a driver close when it stops. */
export const STOPPED = 'the driver stopped'

export interface ConnectionOptions {
  /** What errors begin with. */
  readonly label: string
  /** What to do for another connection, when this one is closed. */
  readonly advice: string
  /** What knows why TLS fails, if it is spoken. */
  readonly tls: LoadedTLS | undefined
}

/** One end of an established TCP connection, with what has arrived on it. */
export class Connection {
  readonly localHost: string
  readonly localPort: number
  readonly #label: string
  readonly #advice: string
  readonly #tls: LoadedTLS | undefined
  readonly #socket: Socket
  readonly #receiver: Receiver
  #end: { readonly reason: string; readonly cause?: unknown } | undefined

  constructor(socket: Socket, { label, advice, tls }: ConnectionOptions) {
    this.#label = label
    this.#advice = advice
    this.#tls = tls
    this.#socket = socket
    this.localHost = socket.localAddress ?? ''
    this.localPort = socket.localPort ?? 0
    this.#receiver = new Receiver({
      timeout: (wanted, milliseconds, arrived) => receiveTimeout(label, wanted, milliseconds, arrived),
      ended: (wanted, arrived) => this.#closed({ wanted, arrived }),
    })
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('end', () => this.#over('the peer closed it'))
    socket.on('error', (error) => this.#broke(error))
    socket.on('close', () => this.#over('it was closed'))
  }

  /** Whether data can still be exchanged, in one direction at least. */
  get open(): boolean {
    return this.#socket.readable || this.#socket.writable
  }

  /** Resolves when the system has taken all the bytes. */
  async send(data: string | Uint8Array, { timeout }: SendCall): Promise<void> {
    if (typeof data !== 'string' && !ArrayBuffer.isView(data))
      throw notSendable(this.#label, 'send', 'a string or a Uint8Array', data)
    await this.#write(typeof data === 'string' ? Buffer.from(data) : data, timeout)
  }

  async sendText(text: string, { timeout, encoding }: SendCall & EncodingGiven): Promise<void> {
    if (typeof text !== 'string') throw notSendable(this.#label, 'sendText', 'a string', text)
    await this.#write(Buffer.from(text, encoding), timeout)
  }

  async receive({ size, until, timeout }: ReceiveCall): Promise<Buffer> {
    return this.#read({ size, until: typeof until === 'string' ? Buffer.from(until) : until }, timeout)
  }

  async receiveText({ size, until, timeout, encoding }: ReceiveCall & EncodingGiven): Promise<string> {
    const delimiter = typeof until === 'string' ? Buffer.from(until, encoding) : until
    return (await this.#read({ size, until: delimiter }, timeout)).toString(encoding)
  }

  /** Sends what is queued and closes; receives that wait are rejected with the reason. */
  async close(reason: string): Promise<void> {
    this.#over(reason)
    await closeSocket(this.#socket, () => this.#socket.destroySoon())
  }

  async #write(data: Uint8Array, timeout: number): Promise<void> {
    if (!this.#socket.writable) throw this.#closed()
    const sent = deadline<void>(timeout, () =>
      sendTimeout(this.#label, data.length, timeout, this.#socket.writableLength),
    )
    this.#socket.write(data, (error) => {
      if (!error) return sent.resolve()
      this.#broke(error)
      sent.reject(this.#closed())
    })
    await sent.promise
  }

  #read(wanted: Wanted, timeout: number): Promise<Buffer> {
    const received = this.#receiver.receive(wanted, timeout)
    if (!this.#receiver.full) this.#socket.resume()
    return received
  }

  #take(chunk: Buffer): void {
    this.#receiver.append(chunk)
    if (this.#receiver.full) this.#socket.pause()
  }

  #broke(error: Error): void {
    this.#over(`it broke (${this.#tls?.problemOf(error) ?? error.message})`, error)
  }

  #over(reason: string, cause?: unknown): void {
    if (this.#end !== undefined) return
    this.#end = { reason, cause }
    this.#receiver.end()
  }

  #closed(receive?: Parameters<typeof connectionClosed>[2]): Error {
    const end = this.#end ?? { reason: 'it was closed' }
    const advice = end.reason === STOPPED ? 'Await the call before stopping.' : this.#advice
    return connectionClosed(this.#label, { ...end, advice }, receive)
  }
}
