import { attributes, type PlainValue } from './attributes.ts'
import type { Driver } from './driver.ts'

/** The start of the names of a driver's variables, such as DRIVER_MY_SERVER_ATTR_. */
export function variablePrefix(driver: string): string {
  return `DRIVER_${upperSnake(driver)}_ATTR_`
}

/**
 * What a driver publishes as environment variables: texts as they are, all else as JSON; attributes that are not plain
 * data, or have no value yet, are left out.
 */
export function driverVariables(name: string, driver: Driver): Record<string, string> {
  const entries = Object.entries(attributes(driver)).map(([attribute, value]) => [
    variablePrefix(name) + upperSnake(attribute),
    asText(value),
  ])
  return Object.fromEntries(entries)
}

/** Upper case, each run of hyphens, spaces and other characters that a variable cannot hold as one underscore. */
function upperSnake(name: string): string {
  return name
    .trim()
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .toUpperCase()
}

function asText(value: PlainValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
