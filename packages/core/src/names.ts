import { duplicateName, invalidName, nameCollision } from './errors-declaring.ts'
import { isPlain } from './plain-name.ts'
import { pathSegment } from './runpath.ts'
import { variablePrefix } from './variables.ts'

const RESERVED = new Set(['__proto__', 'prototype', 'constructor'])
const LONGEST = 100
/** Systems of files take names of 255 bytes; directories that are set aside get a suffix. */
const MOST_BYTES = 240

/**
 * Checks a driver's name.
 *
 * @throws NAME_INVALID when it is empty, too long, reserved, or has characters that no path or variable can show
 */
export function checkName(name: unknown, label: string): string {
  if (typeof name !== 'string' || name.trim() === '') throw invalidName(label, name, 'a non-empty text')
  if (RESERVED.has(name)) throw invalidName(label, name, 'one that JavaScript does not reserve')
  if (name.length > LONGEST) throw invalidName(label, name, `at most ${LONGEST} characters long`)
  if (Buffer.byteLength(name) > MOST_BYTES)
    throw invalidName(label, name, `at most ${MOST_BYTES} bytes long in UTF-8`)
  if (isPlain(name) && name.replaceAll('_', '') !== '') return name
  if (!/[\p{L}\p{N}]/u.test(name) || /[\p{Cc}/\\]/u.test(name)) {
    throw invalidName(label, name, 'made of letters and digits, without slashes and control characters')
  }
  return name
}

/**
 * Checks that names differ, also once they are directories and variables.
 *
 * @throws NAME_DUPLICATE, NAME_COLLISION
 */
export function checkDistinct(names: readonly string[]): void {
  const seen = new Set<string>()
  const paths = new Map<string, string>()
  const variables = new Map<string, string>()
  for (const name of names) {
    if (seen.has(name)) throw duplicateName(name)
    seen.add(name)
    claim(paths, pathSegment(name).toLowerCase(), name, 'the directory')
    claim(variables, variablePrefix(name), name, 'the variables')
  }
}

function claim(taken: Map<string, string>, key: string, name: string, what: string): void {
  const other = taken.get(key)
  if (other !== undefined) throw nameCollision(other, name, what, key)
  taken.set(key, name)
}
