// Wording of errors in the declaration of an environment; docs/errors.md explains each code.
import { didYouMean } from './did-you-mean.ts'
import { show } from './show.ts'
import { TestrigError } from './testrig-error.ts'

export function invalidEnvironment(value: unknown): TestrigError {
  return new TestrigError(
    'ENVIRONMENT_INVALID',
    `environment() takes an array of drivers, a function that returns one, or options, but was given ${show(value)}.`,
  )
}

export function notADriver(value: unknown, name?: string): TestrigError {
  const where =
    name === undefined ? 'The list of an environment holds' : `The function that declares \`${name}\` gave`
  return new TestrigError(
    'NOT_A_DRIVER',
    `${where} ${show(value)}, which is not a Driver. If it looks like one, two copies of @testrig/core are installed.`,
  )
}

export function nameMissing(label: string): TestrigError {
  return new TestrigError(
    'NAME_MISSING',
    `A ${label} in the list has no name. Give it one: new ${label}({ name: '…' }).`,
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
    `The driver declared as \`${name}\` has the option name \`${given}\`. Leave the option out.`,
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

export function notInEnvironment(label: string): TestrigError {
  return new TestrigError(
    'UNKNOWN_DRIVER',
    `${label} is used by the environment but is not one of its drivers. Add it to the list.`,
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

export function dependencyCycle(
  cycle: readonly { readonly name: string; readonly origins: readonly string[] }[],
): TestrigError {
  const path = cycle.map(({ name, origins }, index) => {
    const next = cycle[(index + 1) % cycle.length]?.name
    return `${index === 0 ? `${name} ` : ''}→ ${next} (${origins.join(', ')})`
  })
  const hint =
    'Each needs the next one to be up first. Break the cycle, for instance with ports that Testrig allocates.'
  return new TestrigError('DEPENDENCY_CYCLE', `The drivers depend on each other: ${path.join(' ')}. ${hint}`)
}
