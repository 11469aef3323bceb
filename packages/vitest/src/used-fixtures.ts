import type { RunnerTestSuite } from 'vitest'
import {
  type AnyFunction,
  type FixtureRegistry,
  fixturePropsOf,
  type RegisteredFixture,
} from './vitest-internals.ts'

/** Where a function reads fixtures. */
export interface FixtureReader {
  readonly fn: AnyFunction
  /** Which of its parameters takes the fixtures. @default 0 */
  readonly parameter?: number
  readonly registry: FixtureRegistry | undefined
  readonly suite: RunnerTestSuite
}

/** The fixtures among `wanted` that a function gets, also through fixtures derived from them. */
export function usedFixtures(
  { fn, parameter, registry, suite }: FixtureReader,
  wanted: ReadonlySet<string>,
): Set<string> {
  const found = new Set<string>()
  const registered = registry?.get(suite)
  const seen = new Set<object>()
  const visit = (fixture: RegisteredFixture | undefined) => {
    if (fixture === undefined || seen.has(fixture)) return
    seen.add(fixture)
    if (wanted.has(fixture.name) && fixture.parent === undefined) found.add(fixture.name)
    for (const name of fixture.deps) visit(name === fixture.name ? fixture.parent : registered?.get(name))
  }
  for (const name of destructuredNames(fn, parameter)) visit(registered?.get(name))
  for (const fixture of registered?.values() ?? []) if (fixture.auto) visit(fixture)
  return found
}

/** The names that a function destructures, read as Vitest reads them: from its text. */
export function destructuredNames(fn: AnyFunction, parameter?: number): string[] {
  return destructured(fn, parameter).map(({ name }) => name)
}

/** Those of them that have no default. */
export function requiredNames(fn: AnyFunction, parameter?: number): string[] {
  return destructured(fn, parameter).flatMap(({ name, hasDefault }) => (hasDefault ? [] : [name]))
}

interface Destructured {
  readonly name: string
  readonly hasDefault: boolean
}

/** What was read of functions, by the index of the parameter: each test is asked for it several times. */
const read = new WeakMap<AnyFunction, (readonly Destructured[])[]>()

function destructured(fn: AnyFunction, parameter = 0): readonly Destructured[] {
  const { index = parameter, original = fn } = fixturePropsOf(fn)
  const known = read.get(original) ?? []
  read.set(original, known)
  known[index] ??= readDestructured(original, index)
  return known[index]
}

function readDestructured(fn: AnyFunction, index: number): readonly Destructured[] {
  const text = loweredBody(withoutComments(fn.toString()))
  const parameters = splitAtCommas(/[^(]*\(([^)]*)/.exec(text)?.[1] ?? '')
  const pattern = parameters[index] ?? ''
  if (!pattern.startsWith('{')) return []
  const parts = splitAtCommas(pattern.slice(1, -1).replace(/\s/g, ''))
  return parts.map((part) => ({ name: part.replace(/[:=].*/s, ''), hasDefault: part.includes('=') }))
}

/** Makes `wrapper` look like `fn` to Vitest, which reads from a function's text what it destructures. */
export function disguised<T extends AnyFunction>(wrapper: T, fn: AnyFunction): T {
  for (const key of Object.getOwnPropertySymbols(fn))
    Object.defineProperty(wrapper, key, Object.getOwnPropertyDescriptor(fn, key) as PropertyDescriptor)
  return Object.defineProperty(wrapper, 'toString', { value: () => fn.toString() })
}

function withoutComments(text: string): string {
  if (!text.includes('//') && !text.includes('/*')) return text
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s,({])\/\/[^\n]*/g, '')
}

/** An async function that a build lowered holds the original parameters in its body. */
function loweredBody(text: string): string {
  const [, body = text] = text.includes('__async(') ? text.split(/__async\((?:this|null),(?= )/) : []
  return body
}

function splitAtCommas(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i <= text.length; i++) {
    const character = text[i] ?? ','
    if ('{['.includes(character)) depth++
    else if ('}]'.includes(character)) depth--
    else if (character === ',' && (depth === 0 || i === text.length)) {
      const part = text.slice(start, i).trim()
      if (part !== '') parts.push(part)
      start = i + 1
    }
  }
  return parts
}
