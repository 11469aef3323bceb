import { definitionHint, didYouMean, show, TestrigError } from '@testrig/core'

// All wording of errors of this package. Each code is explained in docs/errors.md.

const ADD_PLUGIN = "Add `testrig()` of '@testrig/vitest/plugin' to the plugins in vitest.config.ts"
const ADD_REPORTER = `${ADD_PLUGIN}, or \`new DriverInfoReporter()\` of '@testrig/vitest/reporter' to the reporters.`

export function notADefinition(value: unknown, caller: string): TestrigError {
  return new TestrigError(
    'ENVIRONMENT_INVALID',
    `${caller} takes an environment as environment() of @testrig/core declares it, but was given ${show(value)}.${definitionHint(value)}`,
  )
}

export function reservedFixture(name: string, reserved: readonly string[]): TestrigError {
  return new TestrigError(
    'FIXTURE_NAME',
    `The driver \`${name}\` cannot be a fixture: Vitest gives its tests something else by that name. Rename the driver; taken are ${list(reserved)}.`,
    { driver: name },
  )
}

export function unreadableFixture(name: string): TestrigError {
  return new TestrigError(
    'FIXTURE_NAME',
    `The driver \`${name}\` cannot be a fixture: Vitest does not read a name with a character of , : = ( ) [ ] { } or a quote in a test's parameters. Rename the driver.`,
    { driver: name },
  )
}

export function unknownFixture(name: string, known: readonly string[]): TestrigError {
  return new TestrigError(
    'FIXTURE_UNKNOWN',
    `There is no driver and no other fixture \`${name}\`.${didYouMean(name, known)}`,
  )
}

export function misplaced(caller: string, where: string): TestrigError {
  return new TestrigError(
    'FIXTURES_MISPLACED',
    `${caller} was called inside ${where}. Call it at the top level of the test file, or of a module that it imports.`,
  )
}

export function nestedTest(name: string): TestrigError {
  return new TestrigError(
    'TEST_NESTED',
    `The test "${name}" was declared inside another test that runs. Declare it at the top level of the file or in describe().`,
  )
}

export function projectNotConfigured(): TestrigError {
  return new TestrigError(
    'PROJECT_NOT_CONFIGURED',
    "The `test` of '@testrig/vitest' gives the drivers of the project's environment, but none is configured. Add `testrig({ environment: './test/environment.ts' })` of '@testrig/vitest/plugin' to the plugins in vitest.config.ts, or use `fixtures(environment)`. A file whose comment `@vitest-environment` names another one has none either.",
  )
}

export function projectFileMissing(option: string, path: string): TestrigError {
  return new TestrigError(
    'PROJECT_ENVIRONMENT_MISSING',
    `The project's environment '${option}' does not exist: there is no file ${path}. Correct \`environment\` in vitest.config.ts; a relative path starts at the project's root.`,
  )
}

export function projectFileInvalid(path: string, value: unknown): TestrigError {
  return new TestrigError(
    'PROJECT_ENVIRONMENT_INVALID',
    `The default export of ${path} must be an environment as environment() of @testrig/core declares it, but is ${show(value)}.${definitionHint(value)}`,
  )
}

export function projectFileCycle(path: string, line: number): TestrigError {
  return new TestrigError(
    'PROJECT_ENVIRONMENT_CYCLE',
    `${path}:${line} imports '@testrig/vitest', which waits for that file to be loaded. Declare drivers with '@testrig/core' only; types may come from \`import type\`.`,
  )
}

export function projectFileSlow(path: string, limit: number): TestrigError {
  return new TestrigError(
    'PROJECT_ENVIRONMENT_SLOW',
    `The project's environment ${path} was not loaded within ${limit} ms. A module that it imports may import '@testrig/vitest', which waits for that file; or raise \`loadTimeout\` in vitest.config.ts.`,
  )
}

export function driverInfoWithoutPlugin(): TestrigError {
  return new TestrigError(
    'DRIVER_INFO_WITHOUT_PLUGIN',
    `\`driverInfo\` is set in environmentOptions, but nothing writes the report. ${ADD_REPORTER}`,
  )
}

/** For tests that are to run all the same. */
export function variableWithoutPlugin(variable: string): string {
  return `${variable} is set, but nothing writes the report of driver info. ${ADD_REPORTER}`
}

/** For what prints it when the run is over. */
export function workerStopFailed(error: string): string {
  return `testrig: the drivers of a worker failed to stop\n${error}\n`
}

/** For a worker whose errors Vitest loses. */
export function workerStopUnseen(error: unknown): string {
  return `${workerStopFailed(textOf(error))}Vitest does not fail a run by what comes at a worker's end. ${ADD_PLUGIN}: it does.\n`
}

/** Several errors as one, which Vitest shows each by itself. */
export function oneError(errors: readonly Error[]): Error {
  return errors.length === 1 ? (errors[0] as Error) : new AggregateError(errors, `${errors.length} failures`)
}

/** What an error says, for places that take text only. */
export function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : show(error)
}

function list(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
}
