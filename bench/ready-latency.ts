import { App } from '@testrig/driver-app'
import { percentile, rounded } from './statistics.ts'

/** Prints the monotonic clock, which all processes of a machine share, and then runs on. */
const PROGRAM =
  "require('fs').writeSync(1, 'up at ' + process.hrtime.bigint() + '\\n'); setInterval(() => {}, 1e6)"

/** From the program writing its line to the driver being started. */
export async function readyLatency(samples: number): Promise<Readonly<Record<string, number>>> {
  const latencies: number[] = []
  for (let sample = 0; sample < samples; sample += 1) {
    const app = new App({
      name: 'program',
      binary: process.execPath,
      args: ['-e', PROGRAM],
      stdoutRegexps: [/^up at (?<at>\d+)$/],
      extracts: ['at'],
    })
    await app.start()
    latencies.push(Number(process.hrtime.bigint() - BigInt(app.extracts.at)) / 1e6)
    await app[Symbol.asyncDispose]()
  }
  const shares = { p50: 0.5, p95: 0.95, p99: 0.99 }
  const figures = Object.entries(shares).map(([name, share]) => [name, rounded(percentile(latencies, share))])
  return { ...Object.fromEntries(figures), samples }
}
