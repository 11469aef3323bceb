import { performance } from 'node:perf_hooks'
import { clearInterval, setInterval } from 'node:timers'
import type { Environment } from './environment.ts'

const INTERVAL = 10_000

/** Says on stderr every ten seconds what a start under way waits for; gives a function that ends this. */
export function watchSlowStart(environment: Pick<Environment, 'drivers' | 'names'>): () => void {
  const begin = performance.now()
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - begin) / 1_000)
    const lines = environment.names.flatMap((name) => waitOf(environment, name))
    if (lines.length > 0)
      process.stderr.write(`testrig: after ${seconds} s drivers still start\n${lines.join('')}`)
  }, INTERVAL)
  timer.unref()
  return () => clearInterval(timer)
}

function waitOf({ drivers }: Pick<Environment, 'drivers'>, name: string): string[] {
  const driver = drivers[name]
  if (driver?.state !== 'starting') return []
  const conditions = driver.waitingFor()
  return conditions.length === 0
    ? [`  ${name} is starting\n`]
    : conditions.map((condition) => `  ${name} waits for ${condition}\n`)
}
