// Wording of errors in the declaration of an environment; docs/errors.md explains each code.
import { didYouMean } from './did-you-mean.ts'
import { show } from './show.ts'
import { TestrigError } from './testrig-error.ts'

/** The origin of a dependency that nothing but the order of a list makes. */
export const LIST_ORDER = 'order of the list'

export function invalidEnvironment(value: unknown): TestrigError {
  const hint = value instanceof Promise ? ' Its function must not be `async`.' : ''
  return new TestrigError(
    'ENVIRONMENT_INVALID',
    `environment() takes an array of drivers, a function that returns one, or options, but was given ${show(value)}.${hint}`,
  )
}

export function addWithoutFunction(name: string, value: unknown): TestrigError {
  return new TestrigError(
    'ENVIRONMENT_INVALID',
    `add('${name}') takes a function that makes the driver, such as () => new App({ … }), but was given ${show(value)}.`,
  )
}

/** `where` says what holds or gave the value. */
export function notADriver(where: string, value: unknown): TestrigError {
  return new TestrigError(
    'NOT_A_DRIVER',
    `${where} ${show(value)}, which is not a driver.${notADriverHint(value)}`,
  )
}

function notADriverHint(value: unknown): string {
  if (value instanceof Promise) return ' Drivers are made without waiting: leave `async` and promises out.'
  if (Array.isArray(value)) return ' Spread a list in a list: `...drivers`.'
  if (typeof value === 'function') {
    const isClass = /^class\b/.test(Function.prototype.toString.call(value))
    return isClass ? ` Make one: \`new ${value.name}({ … })\`.` : ' Call it: what it gives belongs there.'
  }
  return copiesHint(value)
}

/** Ends a message about what was given for a declared environment. */
export function definitionHint(value: unknown): string {
  const isMade = value instanceof Promise || value?.constructor?.name === 'Environment'
  if (isMade) return ' Leave out what starts or creates it, and `await`: give the declaration itself.'
  return copiesHint(value)
}

function copiesHint(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  return ' If it looks like one, two copies of @testrig/core are installed.'
}

export function nameMissing(label: string, index: number): TestrigError {
  return new TestrigError(
    'NAME_MISSING',
    `The ${label} at [${index}] of the list has no name. Give it one: new ${label}({ name: '…' }).`,
  )
}

export function invalidName(label: string, name: unknown, expected: string): TestrigError {
  return new TestrigError(
    'NAME_INVALID',
    `${label}: the name of a driver must be ${expected}, but is ${show(name)}.`,
  )
}

export function builderName(name: string, given: string): TestrigError {
  return new TestrigError(
    'NAME_INVALID',
    `The driver declared by add('${name}') has the option \`name\` '${given}'. Leave the option out: add() names it.`,
    { driver: name },
  )
}

export function duplicateName(name: string): TestrigError {
  return new TestrigError('NAME_DUPLICATE', `Two drivers are named \`${name}\`. Give each a name of its own.`)
}

export function nameCollision(first: string, second: string, what: string, key: string): TestrigError {
  return new TestrigError(
    'NAME_COLLISION',
    `The names \`${first}\` and \`${second}\` both give ${what} \`${key}\`. Rename one.`,
  )
}

export function driverShared(label: string): TestrigError {
  return new TestrigError(
    'DRIVER_SHARED',
    `${label} runs in another environment. Declare the drivers in a function, environment(() => […]), so that each environment gets its own.`,
  )
}

export function unknownDriver(name: string, known: readonly string[]): TestrigError {
  return new TestrigError(
    'UNKNOWN_DRIVER',
    `There is no driver \`${name}\` in the environment.${didYouMean(name, known)}`,
  )
}

export function notDeclaredBefore(name: string, driver: string, earlier: readonly string[]): TestrigError {
  const hint = earlier.length === 0 ? ' It is the first one.' : didYouMean(name, earlier)
  return new TestrigError(
    'UNKNOWN_DRIVER',
    `add('${driver}'): There is no driver \`${name}\` declared before this one.${hint}`,
  )
}

export function notInEnvironment(label: string): TestrigError {
  return new TestrigError(
    'UNKNOWN_DRIVER',
    `${label} is not one of the environment's drivers. Add it to the list, or use the driver that is in it.`,
  )
}

export function invalidDependencies(value: unknown): TestrigError {
  return new TestrigError(
    'DEPENDENCIES_INVALID',
    `\`dependencies\` must be 'inferred', a Map or an array of pairs [before, after], each side a driver, a driver's name or an array of them, but holds ${show(value)}.`,
  )
}

export function asyncStartWithDependencies(name: string): TestrigError {
  return new TestrigError(
    'ASYNC_START_WITH_DEPENDENCIES',
    `${name}: \`asyncStart\` orders a list without \`dependencies\`; in a graph every driver starts as soon as it can. Remove the option.`,
    { driver: name },
  )
}

interface CycleStep {
  readonly name: string
  /** What makes it need the next one. */
  readonly origins: readonly string[]
}

/** Steps that a message shows of a cycle from its start and from its end. */
const SHOWN_STEPS = { first: 8, last: 3 }

export function dependencyCycle(cycle: readonly CycleStep[]): TestrigError {
  const [first = { name: '', origins: [] }] = cycle
  if (cycle.length === 1)
    return new TestrigError(
      'DEPENDENCY_CYCLE',
      `The driver ${first.name} depends on itself (${first.origins.join(', ')}). Remove this dependency.`,
      { driver: first.name },
    )
  const steps = cycle.map(
    ({ origins }, index) => `→ ${cycle[(index + 1) % cycle.length]?.name} (${origins.join(', ')})`,
  )
  const hidden = steps.length - SHOWN_STEPS.first - SHOWN_STEPS.last
  if (hidden > 0) steps.splice(SHOWN_STEPS.first, hidden, `→ … ${hidden} more …`)
  const isListed = cycle.some(({ origins }) => origins.includes(LIST_ORDER))
  return new TestrigError(
    'DEPENDENCY_CYCLE',
    `The drivers depend on each other: ${first.name} ${steps.join(' ')}. Each needs the next one to be up first. ${isListed ? LISTED_HINT : CYCLE_HINT}`,
    { driver: first.name },
  )
}

const LISTED_HINT =
  "A list starts in its order: put each driver after those whose values it uses, or set `dependencies: 'inferred'`."
const CYCLE_HINT =
  'Remove one of these dependencies, or use a value that is known before the start, such as a port that Testrig allocates.'
