/** How many messages are kept at least, unless they are large, to be sent again; older ones are given up as a gap. */
const KEPT = 10_000
/** How many bytes of messages are kept, twice at most. */
const KEPT_BYTES = 32 * 1024 * 1024

/** The sequence numbers of a session and what it has sent: they last longer than a connection. */
export class SessionNumbers {
  /** The number expected of the next message that arrives. */
  incoming = 1
  /** The number of the next message that is sent. */
  outgoing = 1
  #sent = new Map<number, Buffer>()
  #sentBytes = 0
  /** Those that were sent before: when there are enough newer ones, these go all at once. */
  #sentBefore: ReadonlyMap<number, Buffer> = new Map()

  /** Keeps a message of the application to send it again on request. */
  keep(number: number, frame: Buffer): void {
    if (this.#sent.size >= KEPT || this.#sentBytes >= KEPT_BYTES) {
      this.#sentBefore = this.#sent
      this.#sent = new Map()
      this.#sentBytes = 0
    }
    this.#sent.set(number, frame)
    this.#sentBytes += frame.length
  }

  /** What was kept of the messages from one number to another, in their order. */
  sent(first: number, last: number): readonly (readonly [number: number, frame: Buffer])[] {
    const all = new Map([...this.#sentBefore, ...this.#sent])
    return [...all].filter(([number]) => number >= first && number <= last).sort(([a], [b]) => a - b)
  }

  /** Sets what is given. */
  set({
    incoming,
    outgoing,
  }: {
    readonly incoming: number | undefined
    readonly outgoing: number | undefined
  }): void {
    this.incoming = incoming ?? this.incoming
    this.outgoing = outgoing ?? this.outgoing
  }

  reset(): void {
    this.incoming = 1
    this.outgoing = 1
    this.#sent = new Map()
    this.#sentBytes = 0
    this.#sentBefore = new Map()
  }
}
