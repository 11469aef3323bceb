import { poll } from '@testrig/core'
import { subscriberTimeout } from './errors.ts'
import { type Receiving, take } from './take.ts'

/** First byte of a message that tells of a subscription, and of its end. Source: RFC 29/PUBSUB, "The XPUB Socket Type". */
const [UNSUBSCRIBES, SUBSCRIBES] = [0, 1]

/** Who subscribes to what a PUB socket publishes. */
export class Subscribers {
  readonly #label: string
  readonly #socket: Receiving
  /** How many subscribe to each prefix; prefixes as latin1, which keeps all bytes. */
  readonly #counts = new Map<string, number>()
  readonly #closed = new AbortController()

  constructor(label: string, socket: Receiving) {
    this.#label = label
    this.#socket = socket
  }

  /** Waits until so many subscriptions take messages that begin with the topic. */
  async wait(topic: Buffer, count: number, timeout: number): Promise<void> {
    const limit = AbortSignal.timeout(timeout)
    const closed = this.#closed.signal
    const enough = async () => (await this.#count(topic)) >= count
    await poll(enough, AbortSignal.any([limit, closed])).catch((error) => {
      closed.throwIfAborted()
      throw limit.aborted
        ? subscriberTimeout(this.#label, topic, { count, timeout, known: [...this.#counts.keys()] })
        : error
    })
  }

  /** Rejects all calls; the socket is closed. */
  close(error: Error): void {
    this.#closed.abort(error)
  }

  async #count(topic: Buffer): Promise<number> {
    for (let told = await take(this.#socket); told !== undefined; told = await take(this.#socket))
      this.#note(told[0] as Buffer)
    const wanted = topic.toString('latin1')
    const matching = [...this.#counts].filter(([prefix]) => wanted.startsWith(prefix))
    return matching.reduce((sum, [, count]) => sum + count, 0)
  }

  #note(told: Buffer): void {
    if (told[0] !== SUBSCRIBES && told[0] !== UNSUBSCRIBES) return // A message of an XSUB, which may send some.
    const prefix = told.toString('latin1', 1)
    const count = (this.#counts.get(prefix) ?? 0) + (told[0] === SUBSCRIBES ? 1 : -1)
    if (count > 0) this.#counts.set(prefix, count)
    else this.#counts.delete(prefix)
  }
}
