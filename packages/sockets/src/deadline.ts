/** A promise to settle from outside that rejects by itself, with the error that `late` gives, when its time is over. */
export function deadline<T>(milliseconds: number, late: () => unknown): PromiseWithResolvers<T> {
  const settling = Promise.withResolvers<T>()
  let isOpen = true
  const expire = () => {
    if (isOpen) settling.reject(late())
  }
  // After a loop that was busy, timers run before sockets are read: what has arrived in time counts.
  const timer = setTimeout(() => setImmediate(expire), milliseconds)
  const close = () => {
    isOpen = false
    clearTimeout(timer)
  }
  settling.promise.then(close, close)
  return settling
}

/** Gives a promise so many milliseconds; then `late` says what went wrong. */
export function within<T>(promise: Promise<T>, milliseconds: number, late: () => unknown): Promise<T> {
  const { promise: limited, resolve, reject } = deadline<T>(milliseconds, late)
  promise.then(resolve, reject)
  return limited
}
