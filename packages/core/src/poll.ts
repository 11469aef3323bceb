import { setTimeout as delay } from 'node:timers/promises'

const FIRST_WAIT = 1
const LONGEST_WAIT = 50

/** Asks again and again until the answer is true, after 1 ms at first and at most 50 ms; for what no event announces. */
export async function poll(ask: () => boolean | Promise<boolean>, signal?: AbortSignal): Promise<void> {
  for (let wait = FIRST_WAIT; !(await ask()); wait = Math.min(wait * 2, LONGEST_WAIT)) {
    await delay(wait, undefined, signal === undefined ? {} : { signal })
  }
}
