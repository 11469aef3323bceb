import { within } from '@testrig/sockets'
import { Heartbeat } from './heartbeat.ts'

export interface LivenessActions {
  sendHeartbeat(): void
  sendTestRequest(id: string): void
  /** The peer has sent nothing for two intervals, though it was asked. */
  lost(): void
  /** Whether reading is held up, so that silence means nothing. */
  held(): boolean
}

/** Shows the peer that this side is there, and finds out whether the peer is. */
export class Liveness {
  readonly #actions: LivenessActions
  readonly #tests = new Map<string, PromiseWithResolvers<void>>()
  #heartbeat: Heartbeat | undefined
  #count = 0

  constructor(actions: LivenessActions) {
    this.#actions = actions
  }

  /** Begins to send and to expect heartbeats, in intervals of so many seconds; 0 means none. */
  start(seconds: number): void {
    this.#heartbeat?.stop()
    this.#heartbeat = undefined
    if (seconds === 0) return
    this.#heartbeat = new Heartbeat(seconds * 1_000, {
      beat: () => this.#actions.sendHeartbeat(),
      ask: () => this.#actions.held() || this.#ask(),
      lost: () => this.#actions.held() || this.#actions.lost(),
    })
  }

  sent(): void {
    this.#heartbeat?.sent()
  }

  heard(): void {
    this.#heartbeat?.heard()
  }

  /** Asks, and waits for the answer. */
  async test(timeout: number, late: () => Error): Promise<void> {
    const answered = Promise.withResolvers<void>()
    const id = this.#ask()
    this.#tests.set(id, answered)
    await within(answered.promise, timeout, late).finally(() => this.#tests.delete(id))
  }

  /** Says that the peer has answered a TestRequest. */
  answered(id: string): void {
    this.#tests.get(id)?.resolve()
  }

  /** Ends it all; who waits for an answer gets the error. */
  stop(why: () => Error): void {
    this.#heartbeat?.stop()
    for (const test of this.#tests.values()) test.reject(why())
    this.#tests.clear()
  }

  #ask(): string {
    this.#count += 1
    const id = `testrig-${this.#count}`
    this.#actions.sendTestRequest(id)
    return id
  }
}
