import type { Dictionary, Members } from './dictionary.ts'
import { hasFormat, isListed } from './field-format.ts'
import type { Field } from './fix-message.ts'
import { type Flaw, flaws } from './flaw.ts'
import { groupEntries } from './group-entries.ts'

/** Tags from here on are for users: a dictionary need not know them. */
const USER_DEFINED = 5_000
const TYPE_AT = 2

/** The first thing in which a whole message, from BeginString to CheckSum, differs from the dictionary. */
export function validate(fields: readonly Field[], dictionary: Dictionary): Flaw | undefined {
  const body = dictionary.messages.get(String(fields[TYPE_AT]?.[1]))
  if (body === undefined) return flaws.unknownType()
  const { header, trailer } = dictionary
  const sections = [header, body, trailer]
  const inSections: [Field[], Field[], Field[]] = [[], [], []]
  let current = 0
  for (const field of fields) {
    const flaw = fieldFlaw(field, dictionary)
    if (flaw !== undefined) return flaw
    const own = sectionIndex(field[0], dictionary)
    if (own < current) return flaws.outOfOrder(field[0])
    current = own
    inSections[own].push(field)
  }
  return sections
    .map((members, index) => structureFlaw(inSections[index] ?? [], members))
    .find((flaw) => flaw !== undefined)
}

/** Header and trailer have what is theirs; all else is of the body. */
function sectionIndex(tag: number, { header, trailer }: Dictionary): 0 | 1 | 2 {
  if (header.all.has(tag)) return 0
  return trailer.all.has(tag) ? 2 : 1
}

function fieldFlaw([tag, value]: Field, { fields }: Dictionary): Flaw | undefined {
  const definition = fields.get(tag)
  if (definition === undefined) return tag < USER_DEFINED ? flaws.unknownTag(tag) : undefined
  const text = value.toString()
  if (!hasFormat(definition, text)) return flaws.wrongFormat(tag)
  return isListed(definition, text) ? undefined : flaws.outOfRange(tag)
}

function structureFlaw(fields: readonly Field[], members: Members): Flaw | undefined {
  const seen = new Set<number>()
  for (let at = 0; at < fields.length; at += 1) {
    const [tag] = fields[at] as Field
    if (seen.has(tag)) return flaws.twice(tag)
    seen.add(tag)
    if (!members.tags.has(tag) && tag < USER_DEFINED) return flaws.notOfMessage(tag)
    const group = members.groups.get(tag)
    if (group === undefined) continue
    const entries = groupEntries(fields, at, group.all)
    const flaw = groupFlaw(fields, at, { group, entries })
    if (flaw !== undefined) return flaw
    at += entries.flat().length
  }
  const missing = [...members.required].find((tag) => !seen.has(tag))
  return missing === undefined ? undefined : flaws.missing(missing)
}

function groupFlaw(
  fields: readonly Field[],
  at: number,
  { group, entries }: { readonly group: Members; readonly entries: readonly (readonly Field[])[] },
): Flaw | undefined {
  const [count, number] = fields[at] as Field
  const [first] = group.tags
  const [following] = fields[at + 1 + entries.flat().length] ?? []
  if (entries.length !== Number(number) || following === first) return flaws.groupCount(count)
  if (entries.some((entry) => entry[0]?.[0] !== first)) return flaws.groupOrder(count)
  return entries.map((entry) => structureFlaw(entry, group)).find((flaw) => flaw !== undefined)
}
