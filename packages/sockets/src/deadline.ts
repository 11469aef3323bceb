import { clearTimeout, setImmediate, setTimeout } from 'node:timers'

/**
 * Calls when so many milliseconds are over, and gives what calls it off. After a loop that was busy, timers run before
 * sockets are read: what has arrived in time is dealt with first.
 */
export function timeLimit(milliseconds: number, over: () => void): () => void {
  let isOpen = true
  const timer = setTimeout(() => setImmediate(() => isOpen && over()), milliseconds)
  return () => {
    isOpen = false
    clearTimeout(timer)
  }
}

/** A promise to settle from outside that rejects by itself, with the error that `late` gives, when its time is over. */
export function deadline<T>(milliseconds: number, late: () => unknown): PromiseWithResolvers<T> {
  const settling = Promise.withResolvers<T>()
  const callOff = timeLimit(milliseconds, () => settling.reject(late()))
  settling.promise.then(callOff, callOff)
  return settling
}

/** Gives a promise so many milliseconds; then `late` says what went wrong. */
export function within<T>(promise: Promise<T>, milliseconds: number, late: () => unknown): Promise<T> {
  const { promise: limited, resolve, reject } = deadline<T>(milliseconds, late)
  promise.then(resolve, reject)
  return limited
}
