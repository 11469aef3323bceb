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

/** A name, with what it makes of itself: no two drivers of an environment may share any of it. */
export interface Claim {
  readonly name: string
  /** Its directory, as systems of files that ignore the case see it. */
  readonly directory: string
  /** How its variables begin. */
  readonly variables: string
}

export function claimOf(name: string): Claim {
  return { name, directory: pathSegment(name).toLowerCase(), variables: variablePrefix(name) }
}

/** @throws NAME_DUPLICATE, NAME_COLLISION */
export function checkDistinct(names: readonly string[]): void {
  const taken = new Map<string, Claim>()
  for (const claim of names.map(claimOf)) {
    for (const key of [
      `name ${claim.name}`,
      `directory ${claim.directory}`,
      `variables ${claim.variables}`,
    ]) {
      const other = taken.get(key)
      if (other !== undefined) refuseShared(other, claim)
      taken.set(key, claim)
    }
  }
}

/** @throws NAME_DUPLICATE, NAME_COLLISION */
export function checkUntaken(claim: Claim, taken: readonly Claim[]): void {
  for (const other of taken) refuseShared(other, claim)
}

function refuseShared(other: Claim, { name, directory, variables }: Claim): void {
  if (other.name === name) throw duplicateName(name)
  if (other.directory === directory) throw nameCollision(other.name, name, 'the directory', directory)
  if (other.variables === variables) throw nameCollision(other.name, name, 'the variables', variables)
}
