import { closest, distance } from 'fastest-levenshtein'
import { listNames } from './show.ts'

/** Ends a message with the near miss among the known names, with those that end so, or with all of them when they are few. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const names = [...known]
  if (names.length === 0) return ''
  const nearest = nearMiss(name, names)
  if (nearest !== undefined) return ` Did you mean \`${nearest}\`?`
  const longer = names.filter((each) => name !== '' && each.toLowerCase().endsWith(name.toLowerCase()))
  if (longer.length > 0) return ` Did you mean ${longer.map((each) => `\`${each}\``).join(' or ')}?`
  return ` Known: ${listNames(names.map((each) => `\`${each}\``))}.`
}

/** The known name that was probably meant. */
export function nearMiss(name: string, known: readonly string[]): string | undefined {
  const nearest = closest(name, [...known])
  const far = distance(name.toLowerCase(), nearest.toLowerCase())
  return far <= Math.max(2, Math.floor(name.length / 3)) && far < name.length ? nearest : undefined
}
