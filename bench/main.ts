import { parseArgs } from 'node:util'
import { driverInfo } from './driver-info.ts'
import { drivers } from './drivers.ts'
import { fixEcho } from './fix.ts'
import { noop } from './noop.ts'
import { readyLatency } from './ready-latency.ts'
import { report } from './report.ts'
import {
  bareStartOf,
  chain,
  diamond,
  nodeProgram,
  type Program,
  type Shape,
  shellProgram,
  startOf,
  wide,
} from './shapes.ts'
import { paired, rounded } from './statistics.ts'
import { vitestRun } from './vitest-run.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, turns: { type: 'string', default: '9' } },
})
const turns = Number(values.turns)
/** What is short is measured more often, as noise weighs more on it. */
const manyTurns = 4 * turns
/** A run of Vitest takes half a second or more, and what is added to it is a twentieth. */
const mostTurns = 12 * turns

const figures = {
  start: {
    chain5: await nodeStart(chain(5)),
    diamond: await nodeStart(diamond),
    wide20: await nodeStart(wide(20)),
    shChain10: await shellStart(chain(10)),
    shWide50: await shellStart(wide(50)),
  },
  readyLatencyMs: await readyLatency(200),
  noop1000: await noop(1_000, turns),
  driverInfo: await driverInfo(turns),
  report: await report(turns),
  vitest: await vitestRun(mostTurns),
  drivers: await drivers(turns),
  fix: await fixEcho(turns),
}

console.log(values.json === true ? JSON.stringify(figures) : figures)

/** Against the critical path: the same programs spawned by hand, awaited by the same line. */
async function nodeStart(shape: Shape): Promise<Readonly<Record<string, number>>> {
  const [ms, criticalPathMs] = await measured(shape, nodeProgram)
  return { ms: rounded(ms), criticalPathMs: rounded(criticalPathMs), ratio: rounded(ms / criticalPathMs) }
}

/** Against the floor: a bare event-driven loop of spawns in the same order. */
async function shellStart(shape: Shape): Promise<Readonly<Record<string, number>>> {
  const [ms, floorMs] = await measured(shape, shellProgram)
  return { ms: rounded(ms), floorMs: rounded(floorMs), overMs: rounded(ms - floorMs) }
}

function measured(shape: Shape, program: Program): Promise<[number, number]> {
  return paired(
    manyTurns,
    () => startOf(shape, program),
    () => bareStartOf(shape, program),
  )
}
