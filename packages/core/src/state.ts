import { invalidTransition } from './errors-lifecycle.ts'

export type DriverState =
  | 'idle'
  | 'starting'
  | 'started'
  | 'pausing'
  | 'paused'
  | 'resuming'
  | 'stopping'
  | 'stopped'
  | 'failed'

const NEXT: Readonly<Record<DriverState, readonly DriverState[]>> = {
  idle: ['starting'],
  starting: ['started', 'failed'],
  started: ['pausing', 'stopping', 'failed'],
  pausing: ['paused', 'failed', 'stopping'],
  paused: ['resuming', 'stopping', 'failed'],
  resuming: ['started', 'failed', 'stopping'],
  stopping: ['stopped'],
  stopped: ['starting'],
  failed: ['starting', 'stopping'],
}

/** Whether a driver in that state has started and was not stopped. */
export function isUp(state: DriverState): boolean {
  return ['started', 'pausing', 'paused', 'resuming'].includes(state)
}

/** The state machine that all drivers share. */
export class StateMachine {
  #current: DriverState = 'idle'

  get current(): DriverState {
    return this.#current
  }

  get isUp(): boolean {
    return isUp(this.#current)
  }

  /** @throws STATE_INVALID when the driver cannot go from its state to that one */
  to(next: DriverState, driver: string): void {
    if (!NEXT[this.#current].includes(next)) throw invalidTransition(driver, this.#current, next)
    this.#current = next
  }
}
