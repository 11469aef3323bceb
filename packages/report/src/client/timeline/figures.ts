import { duration } from '../format.ts'
import type { Track } from './tracks.ts'

/** What it is and its value. */
type Pair = readonly [what: string, value: string]

/** What there is to know of a track. */
export function figures(track: Track): readonly Pair[] {
  return [
    ...phaseFigures(track),
    ...conditionFigures(track).map(([name, held]) => [`${name} held`, held] as const),
  ]
}

/** How long a track took, and each of its phases. */
export function phaseFigures({ begin, end, phases }: Track): readonly Pair[] {
  return [
    ['took', `${duration(end - begin)}, from ${at(begin)} to ${at(end)}`],
    ...phases.map(({ name, start, end: stop }) => [name, duration(stop - start)] as const),
  ]
}

/** When each condition came to hold. */
export function conditionFigures({ conditions }: Track): readonly Pair[] {
  return conditions.map((condition) => [condition.name, `at ${at(condition.at)}`])
}

/** The same as what follows the driver's name when it is heard. */
export function spokenFigures(track: Track): string {
  const { driver, critical } = track
  const parts = figures(track).map((pair) => pair.join(' '))
  const path = critical === undefined ? '' : ', on the critical path'
  return `${driver.state}${path}: ${parts.join('; ')}`
}

function at(milliseconds: number): string {
  return `+${duration(milliseconds)}`
}
