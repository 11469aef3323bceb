import { duration } from '../format.ts'
import type { Track } from './tracks.ts'

/** What there is to know of a track, as pairs of words. */
export function figures({ begin, end, phases, conditions }: Track): readonly (readonly [string, string])[] {
  return [
    ['took', `${duration(end - begin)}, from ${at(begin)} to ${at(end)}`],
    ...phases.map(({ name, start, end: stop }) => [name, duration(stop - start)] as const),
    ...conditions.map((condition) => [`${condition.name} held`, `at ${at(condition.at)}`] as const),
  ]
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
