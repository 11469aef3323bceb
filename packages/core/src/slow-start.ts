import { performance } from 'node:perf_hooks'
import { clearInterval, setInterval } from 'node:timers'
import type { Environment } from './environment.ts'

const INTERVAL = 10_000

/** Says on stderr every ten seconds what a start under way waits for, and what has failed meanwhile; gives a function that ends this. */
export function watchSlowStart(environment: Pick<Environment, 'drivers' | 'names'>): () => void {
  const begin = performance.now()
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - begin) / 1_000)
    const waits = environment.names.flatMap((name) => waitOf(environment, name))
    const failures = environment.names.flatMap((name) => failureOf(environment, name))
    if (waits.length > 0)
      process.stderr.write(
        `testrig: after ${seconds} s drivers still start\n${[...waits, ...failures].join('')}`,
      )
  }, INTERVAL)
  timer.unref()
  return () => clearInterval(timer)
}

/** What waits in vain may do so for this, though it has not said that it needs it. */
function failureOf({ drivers }: Pick<Environment, 'drivers'>, name: string): string[] {
  const driver = drivers[name]
  return driver?.state === 'failed' ? [`  ${driver.failure?.message.split('\n', 1)[0]}\n`] : []
}

function waitOf({ drivers }: Pick<Environment, 'drivers'>, name: string): string[] {
  const driver = drivers[name]
  if (driver?.state !== 'starting') return []
  const conditions = driver.waitingFor()
  return conditions.length === 0
    ? [`  ${name} is starting\n`]
    : conditions.map((condition) => `  ${name} waits for ${condition}\n`)
}
