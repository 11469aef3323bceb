import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { App } from '@testrig/driver-app'
import { inTurns, percentile, rounded } from './statistics.ts'

/** Prints the monotonic clock, which all processes of a machine share, and then runs on. */
const PROGRAM =
  "require('fs').writeSync(1, 'up at ' + process.hrtime.bigint() + '\\n'); setInterval(() => {}, 1e6)"

const LINE = /^up at (?<at>\d+)$/m

/** From the program writing its line to the driver being started; the baseline reads the line from a pipe. */
export async function readyLatency(samples: number): Promise<Readonly<Record<string, unknown>>> {
  const [started, bare] = await inTurns(samples, startedAfter, readAfter)
  return { ...shares(started), bare: shares(bare), samples }
}

async function startedAfter(): Promise<number> {
  await using app = new App({
    name: 'program',
    binary: process.execPath,
    args: ['-e', PROGRAM],
    stdoutRegexps: [LINE],
    extracts: ['at'],
  })
  await app.start()
  return since(app.extracts.at)
}

async function readAfter(): Promise<number> {
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'ignore'] })
  const exited = once(child, 'exit')
  try {
    const [chunk] = await once(child.stdout, 'data')
    return since(LINE.exec(String(chunk))?.groups?.at as string)
  } finally {
    child.kill('SIGKILL')
    await exited
  }
}

/** Milliseconds since a moment of the monotonic clock in nanoseconds. */
function since(moment: string): number {
  return Number(process.hrtime.bigint() - BigInt(moment)) / 1e6
}

function shares(latencies: readonly number[]): Readonly<Record<string, number>> {
  const all = Object.entries({ p50: 0.5, p95: 0.95, p99: 0.99 })
  return Object.fromEntries(all.map(([name, share]) => [name, rounded(percentile(latencies, share))]))
}
