import type { Socket } from 'node:net'
import { closeSocket } from '@testrig/sockets'
import { FrameReader } from './frame-reader.ts'
import { socketProblem } from './socket-problem.ts'

/** What reads from a connection. */
export interface LinkReader {
  frame(frame: Buffer): void
  /** Bytes that are no message were skipped. */
  garbled(reason: string): void
  /** Nothing more arrives. */
  closed(reason: string): void
  /** Whether no more should be dealt with for now. */
  readonly full: boolean
}

/** How many bytes may wait to be sent before nothing more is taken from a peer that does not read. */
const UNSENT = 16 * 1024 * 1024

/** A connection that carries messages. */
export class Link {
  readonly #socket: Socket
  readonly #frames: FrameReader
  #reader: LinkReader | undefined
  #corked = false
  #flowing = false
  #drained: PromiseWithResolvers<void> | undefined
  #reason: string | undefined

  /** `maxMessageSize` is in bytes. */
  constructor(socket: Socket, maxMessageSize: number) {
    this.#socket = socket
    this.#frames = new FrameReader(maxMessageSize)
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#data(chunk))
    socket.on('drain', () => this.#drain())
    socket.on('error', (error) => this.#over(socketProblem(error)))
    socket.on('end', () =>
      this.#over(`the peer closed the connection${this.#frames.partial ? ' amid a message' : ''}`),
    )
    socket.on('close', () => this.#over('the connection was closed'))
  }

  /** Whether messages can still be exchanged. */
  get open(): boolean {
    return this.#reason === undefined
  }

  /** Whether reading is held up, so that silence means nothing. */
  get held(): boolean {
    return this.#socket.isPaused()
  }

  get localHost(): string {
    return this.#socket.localAddress ?? ''
  }

  get localPort(): number {
    return this.#socket.localPort ?? 0
  }

  /** Has what arrives from now on read by another. */
  attach(reader: LinkReader): void {
    this.#reader = reader
  }

  /** Sends bytes. What is written in one go leaves in one piece; when the connection is over, nothing happens. */
  write(bytes: Uint8Array): void {
    if (!this.open) return
    this.#cork()
    if (!this.#socket.write(bytes)) this.#drained ??= Promise.withResolvers<void>()
  }

  /** Resolves when the peer has caught up, or the connection is over; undefined while the peer keeps up. */
  get drained(): Promise<void> | undefined {
    return this.#drained?.promise
  }

  /** Hands on what has arrived, and reads more while the reader and the peer keep up. */
  flow(): void {
    if (this.#flowing) return // The reader has made room while it got a message.
    this.#flowing = true
    while (this.open && !this.#congested && this.#next());
    this.#flowing = false
    if (!this.open) return
    if (this.#congested) this.#socket.pause()
    else this.#socket.resume()
  }

  /**
   * Closes when what was written is sent. What still arrives is read and dropped: to close with bytes unread would reset
   * the connection, and the peer would lose our last message.
   */
  async close(reason: string): Promise<void> {
    this.#over(reason)
    await closeSocket(this.#socket, () => this.#socket.end().resume())
  }

  /** Closes at once. */
  destroy(reason: string): void {
    this.#over(reason)
    this.#socket.destroy()
  }

  #data(chunk: Buffer): void {
    if (!this.open) return
    this.#frames.append(chunk)
    this.flow()
  }

  /** Hands on the next message, if there is one. */
  #next(): boolean {
    const found = this.#frames.next()
    if (Buffer.isBuffer(found)) this.#reader?.frame(found)
    else if (found?.fatal) this.destroy(`the peer sent ${found.reason}`)
    else if (found !== undefined) this.#reader?.garbled(found.reason)
    return found !== undefined
  }

  get #congested(): boolean {
    return this.#reader?.full === true || this.#socket.writableLength > UNSENT
  }

  #cork(): void {
    if (this.#corked) return
    this.#corked = true
    this.#socket.cork()
    process.nextTick(() => {
      this.#corked = false
      this.#socket.uncork()
    })
  }

  #drain(): void {
    this.#drained?.resolve()
    this.#drained = undefined
    this.flow()
  }

  #over(reason: string): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#drained?.resolve()
    this.#reader?.closed(reason)
  }
}
