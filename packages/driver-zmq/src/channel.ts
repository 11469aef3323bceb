import { notInPattern, outOfTurn } from './errors.ts'
import { Inbox } from './inbox.ts'
import { Outbox, type Sending } from './outbox.ts'
import { abilitiesOf, type MessagePattern, type Socket } from './patterns.ts'
import { Subscribers } from './subscribers.ts'
import type { Receiving } from './take.ts'

export interface ChannelOptions {
  readonly label: string
  readonly pattern: MessagePattern
  readonly socket: Socket
  readonly highWaterMark: number
}

const TAKE_TURNS: readonly MessagePattern[] = ['REQ', 'REP']

/** A socket that is bound or connected, with what its pattern allows. */
export class Channel {
  readonly socket: Socket
  readonly #label: string
  readonly #pattern: MessagePattern
  readonly #inbox: Inbox | undefined
  readonly #outbox: Outbox | undefined
  readonly #subscribers: Subscribers | undefined

  constructor({ label, pattern, socket, highWaterMark }: ChannelOptions) {
    const { sends, receives } = abilitiesOf(pattern)
    this.socket = socket
    this.#label = label
    this.#pattern = pattern
    // A SUB tells new peers of its subscriptions only while it is attended to.
    const ahead = pattern === 'SUB' ? highWaterMark || Number.POSITIVE_INFINITY : 0
    this.#inbox = receives ? new Inbox({ label, socket: socket as Receiving, ahead }) : undefined
    this.#outbox = sends ? new Outbox(label, socket as Sending) : undefined
    this.#subscribers = pattern === 'PUB' ? new Subscribers(label, socket as Receiving) : undefined
  }

  /** @throws ZMQ_PATTERN when the pattern does not receive */
  inbox(wanted: string): Inbox {
    return this.#has(wanted, this.#inbox, 'only sends')
  }

  /** @throws ZMQ_PATTERN when the pattern does not send, ZMQ_OUT_OF_TURN when what came before was not received */
  outbox(wanted: string): Outbox {
    // The socket has given the message away, and would take the next one.
    if (TAKE_TURNS.includes(this.#pattern) && this.#inbox?.holds) throw outOfTurn(this.#label, wanted)
    return this.#has(wanted, this.#outbox, 'only receives')
  }

  /** @throws ZMQ_PATTERN unless the pattern is PUB */
  subscribers(wanted: string): Subscribers {
    return this.#has(wanted, this.#subscribers, 'has no subscribers')
  }

  /** Drops what has arrived. @throws ZMQ_PATTERN when the pattern does not receive, or has to answer */
  async flush(): Promise<void> {
    const inbox = this.inbox('flush()')
    if (this.#pattern === 'REP')
      throw notInPattern(this.#label, 'flush()', 'REP', 'answers all that it receives')
    await inbox.flush()
  }

  /** Closes the socket; calls that wait end with the error. */
  close(error: Error): void {
    this.socket.close()
    this.#inbox?.close(error)
    this.#outbox?.close(error)
    this.#subscribers?.close(error)
  }

  #has<T>(wanted: string, part: T | undefined, lack: string): T {
    if (part === undefined) throw notInPattern(this.#label, wanted, this.#pattern, lack)
    return part
  }
}
