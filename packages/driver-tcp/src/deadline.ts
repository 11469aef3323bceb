/** A promise to settle from outside that rejects by itself, with the error that `expired` gives, when its time is over. */
export function deadline<T>(milliseconds: number, expired: () => unknown): PromiseWithResolvers<T> {
  const settling = Promise.withResolvers<T>()
  let open = true
  const expire = () => {
    if (open) settling.reject(expired())
  }
  // After a loop that was busy, timers run before sockets are read: what has arrived in time counts.
  const timer = setTimeout(() => setImmediate(expire), milliseconds)
  const close = () => {
    open = false
    clearTimeout(timer)
  }
  settling.promise.then(close, close)
  return settling
}
