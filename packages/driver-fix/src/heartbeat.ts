import { clearInterval, setImmediate, setInterval } from 'node:timers'

/** What heartbeats bring about. */
export interface HeartbeatActions {
  /** Nothing was sent for the interval. */
  beat(): void
  /** Nothing was heard for the interval and a little more. */
  ask(): void
  /** Nothing was heard for as long again. */
  lost(): void
}

/** How much longer than the interval is waited. Source: FIX.4.4 volume 2, "some reasonable transmission time". */
const PATIENCE = 1.2

/** Sees to it that both sides of a session send something in each interval. */
export class Heartbeat {
  readonly #actions: HeartbeatActions
  readonly #beat: NodeJS.Timeout
  readonly #silence: NodeJS.Timeout
  #silent = false
  #asked = false

  /** The interval is in milliseconds. */
  constructor(interval: number, actions: HeartbeatActions) {
    this.#actions = actions
    this.#beat = setInterval(() => actions.beat(), interval)
    this.#silence = setInterval(() => this.#listen(), interval * PATIENCE)
  }

  /** Says that something was sent. */
  sent(): void {
    this.#beat.refresh()
  }

  /** Says that something was heard. */
  heard(): void {
    this.#silent = false
    this.#asked = false
    this.#silence.refresh()
  }

  stop(): void {
    this.#silent = false
    clearInterval(this.#beat)
    clearInterval(this.#silence)
  }

  /** After a loop that was busy, timers run before sockets are read: what has arrived by then counts. */
  #listen(): void {
    this.#silent = true
    setImmediate(() => {
      if (!this.#silent) return
      if (this.#asked) this.#actions.lost()
      else this.#actions.ask()
      this.#asked = true
    })
  }
}
