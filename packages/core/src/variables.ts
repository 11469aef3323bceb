import { attributes, type PlainValue } from './attributes.ts'
import type { Driver } from './driver.ts'
import { isPlain } from './plain-name.ts'

/** The start of the names of a driver's variables, such as DRIVER_MY_SERVER_ATTR_. */
export function variablePrefix(driver: string): string {
  return `DRIVER_${upperSnake(driver)}_ATTR_`
}

/** Longest variable with its name, in bytes, that Linux passes on to a program. */
const LONGEST = 128 * 1024 - 1

/**
 * What a driver publishes as environment variables: texts as they are, all else as JSON. Left out are attributes that
 * are not plain data, have no value yet, or that no program could be given: with a NUL, or 128 KiB long.
 */
export function driverVariables(name: string, driver: Driver): Record<string, string> {
  const entries = Object.entries(attributes(driver)).map(
    ([attribute, value]) => [variablePrefix(name) + upperSnake(attribute), asText(value)] as const,
  )
  return Object.fromEntries(entries.filter(([variable, text]) => canBePassed(`${variable}=${text}`)))
}

function canBePassed(entry: string): boolean {
  return !entry.includes('\0') && Buffer.byteLength(entry) < LONGEST
}

/**
 * Upper case; accents are dropped, letters that shells do not take in names stand as their code points, such as U0416;
 * each run of hyphens, spaces and other characters is one underscore.
 */
function upperSnake(name: string): string {
  if (isPlain(name)) return name.toUpperCase().replaceAll('-', '_')
  return name
    .trim()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}_]+/gu, '_')
    .replaceAll(/[^A-Z0-9_]/gu, codePoint)
}

function codePoint(letter: string): string {
  return `U${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`
}

function asText(value: PlainValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
