import type { Field } from './fix-message.ts'
import { sectionOf, Tag } from './tags.ts'

/**
 * Cuts a group into its entries. Each begins with the field that follows the count; the last one ends with the first
 * field that `members` does not have, or else with the message's body.
 */
export function groupEntries(
  fields: readonly Field[],
  at: number,
  members?: ReadonlySet<number>,
): readonly (readonly Field[])[] {
  const count = Number(fields[at]?.[1])
  const delimiter = fields[at + 1]?.[0]
  const entries: Field[][] = []
  for (const field of fields.slice(at + 1)) {
    const [tag] = field
    if (members === undefined ? isTrailer(tag) : !members.has(tag)) break
    if (tag === delimiter) {
      if (entries.length === count) break
      entries.push([])
    }
    entries.at(-1)?.push(field)
  }
  return entries
}

function isTrailer(tag: number): boolean {
  return tag === Tag.CheckSum || sectionOf(tag) === 'trailer'
}
