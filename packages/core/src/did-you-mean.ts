import { closest, distance } from 'fastest-levenshtein'

/** Ends a message with the near miss among the known names, or with all of them when they are few. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const names = [...known]
  if (names.length === 0) return ''
  const nearest = nearMiss(name, names)
  if (nearest !== undefined) return ` Did you mean \`${nearest}\`?`
  const shown = names.slice(0, 20).map((each) => `\`${each}\``)
  return ` Known: ${shown.join(', ')}${names.length > shown.length ? `, and ${names.length - shown.length} more` : ''}.`
}

/** The known name that was probably meant. */
export function nearMiss(name: string, known: readonly string[]): string | undefined {
  const nearest = closest(name, [...known])
  const far = distance(name.toLowerCase(), nearest.toLowerCase())
  return far <= Math.max(2, Math.floor(name.length / 3)) && far < name.length ? nearest : undefined
}
