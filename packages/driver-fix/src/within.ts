/** Gives a promise so many milliseconds; then `late` says what went wrong. */
export async function within<T>(promise: Promise<T>, milliseconds: number, late: () => Error): Promise<T> {
  const limit = Promise.withResolvers<never>()
  // After a loop that was busy, timers run before sockets are read: what has arrived by then counts.
  const timer = setTimeout(() => setImmediate(() => limit.reject(late())), milliseconds)
  try {
    return await Promise.race([promise, limit.promise])
  } finally {
    clearTimeout(timer)
  }
}
