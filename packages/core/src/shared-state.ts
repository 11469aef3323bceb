/**
 * State shared by all copies of this package in one thread: test files, configuration and environment
 * each may load an instance of their own.
 */
export function sharedState<T>(key: string, create: () => T): T {
  const registry = globalThis as unknown as Record<symbol, T | undefined>
  const symbol = Symbol.for(`testrig.${key}`)
  registry[symbol] ??= create()
  return registry[symbol]
}
