import {
  Driver,
  type DriverOptions,
  integer,
  type Late,
  late,
  type OptionSchemas,
  type text,
  traced,
} from '@testrig/core'
import * as v from 'valibot'
import {
  type ReceiveOptions,
  type SendOptions,
  type SubscriberOptions,
  subscriberOptions,
  timeoutOf,
} from './call-options.ts'
import { Channel } from './channel.ts'
import { closedMeanwhile, notConnected, notForPattern, notInPattern, notStarted } from './errors.ts'
import { encoded, type Frame } from './message.ts'
import type { MessagePattern, Socket } from './patterns.ts'

/** Options of both drivers. */
export interface ZMQOptions {
  /** What a SUB socket subscribes to at first: beginnings of messages, '' for all. @default [] */
  readonly topics?: readonly Late<string>[] | undefined
  /** How many messages are queued for a peer, in each direction, from 0, which is no limit. @default 1000 */
  readonly highWaterMark?: Late<number> | undefined
}

/** What they are at work. */
interface SettledOptions {
  readonly topics: readonly string[]
  readonly highWaterMark: number
}

/** Shared options that have a value even when they are not given. */
export type ZMQDefaults = 'topics' | 'highWaterMark'

const topic = late(v.string('a string') as unknown as ReturnType<typeof text>)

export const zmqOptions: OptionSchemas<ZMQOptions> = {
  topics: v.optional(v.array(topic, 'an array of topics'), []),
  highWaterMark: v.optional(late(integer({ max: 2_147_483_647 })), 1_000),
}

/** A socket of ZeroMQ in the process of the test. */
export abstract class ZMQDriver extends Driver {
  readonly #pattern: MessagePattern
  /** Prefixes subscribed to, as latin1, which keeps all bytes. */
  #topics = new Set<string>()
  #highWaterMark = 0
  #channel: Channel | undefined
  #running = false

  constructor(
    options: DriverOptions & ZMQOptions & { readonly messagePattern?: MessagePattern | undefined },
  ) {
    super(options as DriverOptions)
    const { messagePattern, topics } = this.options as { messagePattern: MessagePattern; topics: unknown[] }
    this.#pattern = messagePattern
    if (topics.length > 0 && messagePattern !== 'SUB')
      throw notForPattern(this.label, 'topics', messagePattern, 'SUB')
  }

  /** What the socket is for. */
  get messagePattern(): MessagePattern {
    return this.#pattern
  }

  /**
   * Sends a message of one frame; resolves when it is queued for a peer. With PUB it is dropped where nobody subscribes.
   *
   * @throws ZMQ_TIMEOUT, ZMQ_PATTERN, ZMQ_OUT_OF_TURN, ZMQ_CLOSED, ZMQ_NOT_CONNECTED, ZMQ_NOT_STARTED
   */
  async send(frame: Frame, options: SendOptions = {}): Promise<void> {
    const timeout = timeoutOf(this.label, 'send', options)
    const outbox = this.channel('send()').outbox('send()')
    await traced(outbox.send(encoded(this.label, [frame]), timeout))
  }

  /** Sends a message of several frames, which arrive together. @throws as send(), and ZMQ_UNROUTABLE */
  async sendMultipart(frames: readonly Frame[], options: SendOptions = {}): Promise<void> {
    const timeout = timeoutOf(this.label, 'sendMultipart', options)
    const outbox = this.channel('sendMultipart()').outbox('sendMultipart()')
    await traced(outbox.send(encoded(this.label, frames), timeout))
  }

  /**
   * Receives a message of one frame. Calls made while one waits are served after it.
   *
   * @throws ZMQ_MULTIPART when it has several: it stays then
   * @throws ZMQ_TIMEOUT, ZMQ_PATTERN, ZMQ_OUT_OF_TURN, ZMQ_CLOSED, ZMQ_NOT_CONNECTED, ZMQ_NOT_STARTED
   */
  async receive(options: ReceiveOptions = {}): Promise<Buffer> {
    return this.#receiveOne('receive', options)
  }

  /** Receives a message of one frame as text in UTF-8. @throws as receive() */
  async receiveText(options: ReceiveOptions = {}): Promise<string> {
    return (await this.#receiveOne('receiveText', options)).toString()
  }

  /** Receives a message with all of its frames. @throws as receive(), but for ZMQ_MULTIPART */
  async receiveMultipart(options: ReceiveOptions = {}): Promise<Buffer[]> {
    const timeout = timeoutOf(this.label, 'receiveMultipart', options)
    const inbox = this.channel('receiveMultipart()').inbox('receiveMultipart()')
    return traced(inbox.receive({ single: false }, timeout))
  }

  /** Drops the messages that have arrived and were not received. @throws ZMQ_PATTERN also with REP, which answers all */
  async flush(): Promise<void> {
    await this.channel('flush()').flush()
  }

  /** Has a SUB socket take messages that begin with one of the topics, '' for all; also after reconnect(). */
  subscribe(...topics: readonly Frame[]): void {
    const { socket } = this.#subscribing('subscribe()')
    for (const topic of this.#keys(topics)) {
      if (!this.#topics.has(topic)) socket.subscribe?.(Buffer.from(topic, 'latin1'))
      this.#topics.add(topic)
    }
  }

  /** Ends subscriptions; those that are not there do not matter. */
  unsubscribe(...topics: readonly Frame[]): void {
    const { socket } = this.#subscribing('unsubscribe()')
    for (const topic of this.#keys(topics))
      if (this.#topics.delete(topic)) socket.unsubscribe?.(Buffer.from(topic, 'latin1'))
  }

  /**
   * Waits until messages of a PUB socket that begin with the topic reach a subscriber: what is sent before that is dropped.
   *
   * @throws ZMQ_TIMEOUT, ZMQ_PATTERN
   */
  async waitForSubscriber(topic: Frame, options: SubscriberOptions = {}): Promise<void> {
    const { count, timeout } = subscriberOptions(this.label, options)
    const subscribers = this.channel('waitForSubscriber()').subscribers('waitForSubscriber()')
    const [prefix] = encoded(this.label, [topic]) as [Buffer]
    await traced(subscribers.wait(prefix, count, timeout))
  }

  /** Whether there is a socket, bound or connected. */
  protected get isOpen(): boolean {
    return this.#channel !== undefined
  }

  protected get isRunning(): boolean {
    return this.#running
  }

  /** The open socket. @throws ZMQ_NOT_STARTED, ZMQ_NOT_CONNECTED */
  protected channel(wanted: string): Channel {
    if (!this.#running) throw notStarted(this.label, this.state, wanted)
    if (this.#channel === undefined) throw notConnected(this.label, wanted)
    return this.#channel
  }

  /** Begins a life: until the driver stops it can have a socket. */
  protected begin({ topics, highWaterMark }: SettledOptions): void {
    this.#topics = new Set(this.#keys(topics))
    this.#highWaterMark = highWaterMark
    this.#running = true
    this.onStop(() => {
      this.#running = false
      this.close('the driver was stopped')
    })
  }

  /** Takes a socket that is bound or connected; `where` is to what. */
  protected open(socket: Socket, where: string): void {
    for (const topic of this.#topics) socket.subscribe?.(Buffer.from(topic, 'latin1'))
    this.#channel = new Channel({
      label: `${this.label} (${this.#pattern}, ${where})`,
      pattern: this.#pattern,
      socket,
      highWaterMark: this.#highWaterMark,
    })
  }

  /** Closes the socket; calls that wait end with an error that says how. */
  protected close(how: string): void {
    const channel = this.#channel
    this.#channel = undefined
    channel?.close(closedMeanwhile(this.label, how))
  }

  async #receiveOne(method: string, options: ReceiveOptions): Promise<Buffer> {
    const timeout = timeoutOf(this.label, method, options)
    const inbox = this.channel(`${method}()`).inbox(`${method}()`)
    const [frame] = await traced(inbox.receive({ single: true }, timeout))
    return frame as Buffer
  }

  #subscribing(wanted: string): Channel {
    const channel = this.channel(wanted)
    if (this.#pattern === 'SUB') return channel
    throw notInPattern(this.label, wanted, this.#pattern, 'has no subscriptions')
  }

  #keys(topics: readonly Frame[]): string[] {
    return topics.map((topic) => (encoded(this.label, [topic])[0] as Buffer).toString('latin1'))
  }
}
