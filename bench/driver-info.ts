import { type ContextValue, context, type Environment, environment } from '@testrig/core'
import { recordDriverInfo } from '@testrig/core/driver-info'
import { App } from '@testrig/driver-app'
import { median, paired, rounded, timed } from './statistics.ts'

const PAIRS = 5
const SERVER =
  "const s = require('net').createServer().listen(0, '127.0.0.1', () => console.log('ready', s.address().port))"
const CLIENT = "require('net').connect(process.argv[1], '127.0.0.1', () => console.log('ready'))"

/**
 * Milliseconds until five servers and five clients that are connected to them are up: without driver info, and with it and
 * a look at all connections. `startMs` is what a test waits for with driver info on, `sampleMs` the look alone.
 */
export async function driverInfo(turns: number): Promise<Readonly<Record<string, number>>> {
  const [starts, samples]: [number[], number[]] = [[], []]
  const off = async () => measured((group) => timed(() => group.start()))
  const on = () =>
    measured(async (group) => {
      const recorder = recordDriverInfo(group, { scope: 'file' })
      const start = await timed(() => group.start())
      const sample = await timed(() => recorder.sample())
      const { edges } = await recorder.info()
      const observed = edges.filter((edge) => edge.observed.length > 0)
      if (observed.length !== PAIRS)
        throw new Error(`${observed.length} of ${PAIRS} connections were observed`)
      starts.push(start)
      samples.push(sample)
      return start + sample
    })
  const [offMs, onMs] = await paired(turns, off, on)
  return {
    offMs: rounded(offMs),
    onMs: rounded(onMs),
    startMs: rounded(median(starts)),
    sampleMs: rounded(median(samples)),
  }
}

async function measured(work: (group: Environment) => Promise<number>): Promise<number> {
  const group = environment(programs, { dependencies: 'inferred' }).create()
  try {
    return await work(group)
  } finally {
    await group.stop()
  }
}

function programs(): readonly App[] {
  return Array.from({ length: PAIRS }, (_, index) => {
    const server = node(`server${index}`, [SERVER])
    return [server, node(`client${index}`, [CLIENT, context(server, '{{ extracts.port }}')])]
  }).flat()
}

function node(name: string, args: readonly (string | ContextValue<string>)[]): App {
  return new App({
    name,
    binary: process.execPath,
    args: ['-e', ...args],
    stdoutRegexps: [/ready ?(?<port>\d*)/],
  })
}
