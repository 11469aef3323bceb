// Kills owners of programs at random moments and tells what is left of these.
// Usage: node test/watchdog-trials.ts [COUNT] [program|worker|vitest]
import { type Moment, ownerTrial, type TrialOptions, type TrialResult } from './owner-trial.ts'

const STOP_TIMEOUT = 500
const GRACE = 1_000

const total = Number(process.argv[2] ?? 100)
const victim = (process.argv[3] ?? 'program') as NonNullable<TrialOptions['victim']>
const results: (TrialResult & { readonly moment: Moment })[] = []
for (let index = 0; index < total; index += 1) {
  const moment = randomMoment(index)
  const nested = victim === 'program' && index % 5 === 0
  const result = await ownerTrial({ moment, stopTimeout: STOP_TIMEOUT, nested, victim })
  results.push({ ...result, moment })
  if (result.left.length > 0)
    console.log(`trial ${index}, ${JSON.stringify(moment)}: left ${result.left.join('; ')}`)
}
const times = results.map(({ gone }) => gone).toSorted((a, b) => a - b)
const clean = results.filter(({ left, gone }) => left.length === 0 && gone <= STOP_TIMEOUT + GRACE).length
const early = results.filter(({ moment }) => moment.at !== 'started').length
const killed = results.reduce((sum, { running }) => sum + running, 0)
console.log(
  [
    `${victim}: ${clean} of ${total} left nothing within stopTimeout (${STOP_TIMEOUT} ms) + ${GRACE} ms;`,
    `${early} were killed while starting; ${killed} programs ran at the time;`,
    `the last was gone after ${times[Math.floor(total / 2)]} ms (median), ${times.at(-1)} ms (longest).`,
  ].join('\n'),
)
process.exitCode = clean === total ? 0 : 1

function randomMoment(index: number): Moment {
  if (victim === 'program' && index % 4 === 0) return { at: 'first process' }
  if (index % 4 === 1) return { at: 'started', after: Math.random() * 100 }
  return { at: 'starting', after: Math.random() * 150 }
}
