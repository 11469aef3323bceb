import { poll } from './poll.ts'

/** Something that must hold before a driver counts as started. */
export interface Condition {
  /** What must hold, such as "127.0.0.1:8080 accepts connections". */
  readonly name: string
  /** Resolves when it holds; rejects when it never can. */
  wait(signal: AbortSignal): Promise<void>
  /** What was seen so far, for the report of a wait that lasts. */
  progress?(): string | undefined
}

export type Answer = boolean | string

/** A condition that only asking can tell: a text, or false, means "not yet". */
export function polled(name: string, ask: () => Answer | Promise<Answer>): Condition {
  let last: Answer = false
  const holds = async () => {
    last = await ask()
    return last === true
  }
  return {
    name,
    wait: (signal) => poll(holds, signal),
    progress: () => (typeof last === 'string' ? last : undefined),
  }
}
