import { inspect } from 'node:util'
import { didYouMean } from './did-you-mean.ts'
import type { DriverState } from './state.ts'
import { TestrigError } from './testrig-error.ts'

// All wording of errors of this package, but for logs and ports (errors-io.ts). Each code is explained in docs/errors.md.

export interface StartDetails {
  readonly phase: string
  readonly unmatched: readonly {
    readonly stream: string
    readonly patterns: readonly string[]
    readonly seen: string
  }[]
  readonly waiting: readonly string[]
  readonly extracts: Readonly<Record<string, string>>
  readonly diagnosis: readonly string[]
  readonly tails: readonly Tail[]
  /** What failed while the start was undone. */
  readonly leftovers: readonly unknown[]
}

interface Subject {
  readonly label: string
  readonly name: string
  readonly directory?: string | undefined
}

interface Tail {
  readonly stream: string
  readonly path: string
  readonly lines: readonly string[]
}

export function badContextTarget(value: unknown): TestrigError {
  return new TestrigError(
    'CONTEXT_TARGET',
    `context() takes a driver's name with a template, or a driver with a template or a selector, but was given ${show(value)}.`,
  )
}

export function ownOutside(): TestrigError {
  return new TestrigError(
    'CONTEXT_TARGET',
    'own() stands for attributes of the driver whose option it is in, but was given outside of a driver. Use context() with the name of a driver.',
  )
}

export function contextValueInText(value: string): TestrigError {
  return new TestrigError(
    'CONTEXT_IN_TEXT',
    `The context value ${value} was turned into text before the start, when it has no value. Pass it as an option as it is, or build text with interpolate\`…\`.`,
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

export function attributeNotReady(driver: string, attribute: string, state: DriverState): TestrigError {
  const what = `\`${driver}.${attribute}\` cannot be read: ${driver} has not started (it is ${state}).`
  const hint = 'Start it first, or let the driver that needs the value depend on it.'
  return new TestrigError('ATTRIBUTE_NOT_READY', `${what} ${hint}`, { driver })
}

export function notReady(label: string, option: string, state: DriverState): TestrigError {
  return new TestrigError(
    'ATTRIBUTE_NOT_READY',
    `${label}: option \`${option}\` holds a context value, which is resolved when the driver starts (it is ${state}).`,
  )
}

export function attributeUnknown(
  driver: string,
  path: string,
  known: readonly string[],
  key: string,
): TestrigError {
  const holder = path.slice(0, -key.length - 1)
  const hint = known.length === 0 ? ` There is nothing in \`${holder}\`.` : didYouMean(key, known)
  return new TestrigError('ATTRIBUTE_UNKNOWN', `${driver} has no attribute \`${path}\`.${hint}`, { driver })
}

export function attributeUndefined(driver: string, attribute: string): TestrigError {
  return new TestrigError(
    'ATTRIBUTE_UNKNOWN',
    `\`${driver}.${attribute}\` has no value, although ${driver} declares it. A driver sets it in postStart() at the latest.`,
    { driver },
  )
}

export function unknownTemplateName(name: string, driver: string, known: readonly string[]): TestrigError {
  return new TestrigError(
    'ATTRIBUTE_UNKNOWN',
    `\`${name}\` is neither an attribute of ${driver} nor in the initial context.${didYouMean(name, known)}`,
    { driver },
  )
}

export function templateSyntax(where: string, cause: unknown, lastLine: number): TestrigError {
  const { line, reason } = templateError(cause)
  return new TestrigError(
    'TEMPLATE_SYNTAX',
    `${where}${line || `:${lastLine}`}: not a valid template: ${reason}`,
    { cause },
  )
}

/** An error of ours keeps its code; the place in the template is put before it. */
export function templateFailed(where: string, error: unknown, place: string | undefined): TestrigError {
  if (error instanceof TestrigError) {
    return new TestrigError(error.code, `${place ?? where}: ${error.message}`, {
      driver: error.driver,
      cause: error,
    })
  }
  const { file = where, line, reason } = templateError(error)
  return new TestrigError('TEMPLATE_FAILED', `${file}${line}: ${reason}`, { cause: error })
}

function templateError(error: unknown): { file: string | undefined; line: string; reason: string } {
  const text = error instanceof Error ? error.message : String(error)
  const { lineno } = error as { lineno?: number }
  const place =
    /\[Line (\d+)/.exec(text)?.[1] ?? (typeof lineno === 'number' && lineno > 0 ? String(lineno) : undefined)
  const file = /^(?:Template render error: )?\((\/[^)]+)\)/.exec(text)?.[1]
  const reason =
    text
      .split('\n')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .at(-1) ?? text
  return { file, line: place === undefined ? '' : `:${place}`, reason: reason.replace(/^(\w*Error: )+/, '') }
}

export function unknownOption(
  owner: string,
  option: string,
  value: unknown,
  known: readonly string[],
): TestrigError {
  return new TestrigError(
    'OPTION_UNKNOWN',
    `${owner} has no option \`${option}\` (given ${show(value)}).${didYouMean(option, known)}`,
  )
}

export function invalidOption(
  owner: string,
  option: string,
  expected: string,
  value: unknown,
  source?: string,
): TestrigError {
  const from = source === undefined ? '' : `, from ${source}`
  return new TestrigError(
    'OPTION_INVALID',
    `${owner}: option \`${option}\` must be ${expected}, but is ${show(value)}${from}.`,
  )
}

export function invalidTransition(driver: string, from: DriverState, to: DriverState): TestrigError {
  return new TestrigError(
    'STATE_INVALID',
    `${driver} is ${from} and cannot become ${to}.${from === 'idle' ? ' Start it first.' : ''}`,
  )
}

export function driverShared(label: string): TestrigError {
  return new TestrigError(
    'DRIVER_SHARED',
    `${label} runs in another environment. Declare the drivers in a function, environment(() => […]), so that each environment gets its own.`,
  )
}

export function patternsWithoutFile(label: string, option: string): TestrigError {
  return new TestrigError(
    'PATTERNS_WITHOUT_LOG',
    `${label}: option \`${option}\` is set, but the driver has no such file to watch. Remove the option, or publish the path.`,
  )
}

export function failPatternMatched(
  label: string,
  stream: string,
  failure: { readonly pattern: string | RegExp; readonly line: string },
): TestrigError {
  return new TestrigError(
    'FAIL_PATTERN',
    `${label}: a line of ${stream} matches the failure pattern ${String(failure.pattern)}: ${failure.line.trim()}`,
  )
}

export function installFileMissing(driver: string, path: string, cause?: unknown): TestrigError {
  return new TestrigError(
    'INSTALL_FILE_MISSING',
    `${driver}: installFiles names ${path}, which is not a file. Relative paths start at ${process.cwd()}.`,
    { driver, cause },
  )
}

export function runpathNotOurs(path: string): TestrigError {
  return new TestrigError(
    'RUNPATH_NOT_OWNED',
    `The directory ${path} holds files that Testrig did not put there, so it is not emptied. Name an empty one, or set \`cleanRunpath: false\` to keep what it holds.`,
  )
}

export function runpathInUse(path: string, pid: number): TestrigError {
  return new TestrigError(
    'RUNPATH_IN_USE',
    `The directory ${path} is in use by ${pid === process.pid ? 'another environment of this process' : `process ${pid}`}. Give each its own \`runpath\`, or leave the option out: test files that run at the same time share what is written there.`,
  )
}

export function runpathUnusable(path: string, cause: unknown): TestrigError {
  return new TestrigError(
    'RUNPATH_UNUSABLE',
    `The directory ${path} cannot be used for drivers' files: ${reasonOf(cause)}. Name another one by the option \`runpath\`, or by the variable TMPDIR for temporary ones.`,
    { cause },
  )
}

export function startTimeout(label: string, limit: number): TestrigError {
  return new TestrigError('START_TIMEOUT', `${label} was not up within its startTimeout of ${limit} ms.`)
}

export function startAborted(label: string, reason: string): TestrigError {
  return new TestrigError('START_ABORTED', `${label}: the start was given up: ${reason}.`)
}

export function startFailed(
  { label, name, directory }: Subject,
  cause: unknown,
  details: StartDetails,
): TestrigError {
  const lines = [`${label} failed to start (${details.phase}): ${withoutLabel(reasonOf(cause), label)}`]
  for (const { stream, patterns, seen } of details.unmatched) {
    if (patterns.length > 0) lines.push(`  unmatched in ${stream}: ${patterns.join(', ')} (${seen})`)
  }
  for (const waiting of details.waiting) lines.push(`  waiting for: ${waiting}`)
  const extracts = Object.entries(details.extracts)
  if (extracts.length > 0)
    lines.push(`  extracted so far: ${extracts.map(([name, value]) => `${name}=${value}`).join(', ')}`)
  lines.push(...details.diagnosis.map((line) => `  ${line}`))
  for (const error of details.leftovers) lines.push(`  while cleaning up: ${reasonOf(error)}`)
  lines.push(...tailText(details.tails))
  if (directory !== undefined) lines.push(`  its directory: ${directory}`)
  const code =
    cause instanceof TestrigError && ['START_TIMEOUT', 'START_ABORTED'].includes(cause.code)
      ? cause.code
      : 'START_FAILED'
  return new TestrigError(code, lines.join('\n'), { driver: name, cause })
}

export function stopTimeout(label: string, phase: string, limit: number): TestrigError {
  return new TestrigError(
    'STOP_TIMEOUT',
    `${label} did not finish ${phase} within its stopTimeout of ${limit} ms.`,
  )
}

export interface StopFailure {
  readonly phase: string
  readonly error: unknown
}

export function stopFailed(
  { label, name }: Subject,
  failures: readonly StopFailure[],
  tails: readonly Tail[],
): TestrigError {
  const reasons = failures.map(({ phase, error }) => `(${phase}): ${withoutLabel(reasonOf(error), label)}`)
  const errors = failures.map(({ error }) => error)
  const cause = errors.length === 1 ? errors[0] : new AggregateError(errors)
  const lines = [`${label} failed to stop ${reasons.join('\n  and ')}`, ...tailText(tails)]
  return new TestrigError('STOP_FAILED', lines.join('\n'), { driver: name, cause })
}

/** A reason that begins with the driver's label, when the label stands before it already. */
function withoutLabel(reason: string, label: string): string {
  return reason.startsWith(label) ? reason.slice(label.length).replace(/^:? /, '') : reason
}

/** The logs' last lines as indented text. */
function tailText(tails: readonly Tail[]): string[] {
  return tails.flatMap(({ stream, path, lines }) => [
    `  last lines of ${stream} (${path}):`,
    ...lines.map((line) => `    ${line}`),
  ])
}

function reasonOf(error: unknown): string {
  if (error instanceof TestrigError) return error.message
  return error instanceof Error
    ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`
    : show(error)
}

export function show(value: unknown): string {
  const text = inspect(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 5,
    maxStringLength: 120,
  })
  return `${text.length > 200 ? `${text.slice(0, 200)}…` : text}${typeof value === 'object' || typeof value === 'undefined' || typeof value === 'function' ? '' : ` (${typeof value})`}`
}

export function invalidName(label: string, name: unknown, expected: string): TestrigError {
  return new TestrigError(
    'NAME_INVALID',
    `${label}: the name of a driver must be ${expected}, but is ${show(name)}.`,
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

export function invalidDependencies(value: unknown): TestrigError {
  return new TestrigError(
    'DEPENDENCIES_INVALID',
    `\`dependencies\` must be 'inferred', a Map or an array of pairs [before, after], each side a driver, a driver's name or an array of them, but holds ${show(value)}.`,
  )
}

export function invalidEnvironment(value: unknown): TestrigError {
  return new TestrigError(
    'ENVIRONMENT_INVALID',
    `environment() takes an array of drivers, a function that returns one, or options, but was given ${show(value)}.`,
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

/** Runs what may throw an error of ours, and puts the driver and the place of the value before the message. */
export function inPlace<T>({ label, name }: Subject, place: string, work: () => T): T {
  const worded = (error: unknown) => {
    if (!(error instanceof TestrigError)) return error
    return new TestrigError(error.code, `${label}: ${place}: ${error.message}`, {
      driver: name,
      cause: error,
    })
  }
  try {
    const result = work()
    return result instanceof Promise
      ? (result.catch((error) => {
          throw worded(error)
        }) as T)
      : result
  } catch (error) {
    throw worded(error)
  }
}

export interface StartOutcome {
  readonly failures: readonly (readonly [name: string, error: unknown])[]
  readonly notStarted: readonly string[]
  readonly stopped: readonly string[]
}

export function environmentStartFailed({ failures, notStarted, stopped }: StartOutcome): TestrigError {
  const lines = failures.map(([, error]) => reasonOf(error))
  if (notStarted.length > 0) lines.push(`Not started because of that: ${notStarted.join(', ')}.`)
  if (stopped.length > 0) lines.push(`Stopped again: ${stopped.join(', ')}.`)
  const errors = failures.map(([, error]) => error)
  const cause =
    errors.length === 1 ? errors[0] : new AggregateError(errors, `${errors.length} drivers failed to start`)
  return new TestrigError('ENVIRONMENT_START_FAILED', lines.join('\n'), { driver: failures[0]?.[0], cause })
}

export function environmentStopFailed(
  failures: readonly (readonly [name: string, error: unknown])[],
): TestrigError {
  const errors = failures.map(([, error]) => error)
  const cause =
    errors.length === 1 ? errors[0] : new AggregateError(errors, `${errors.length} failures while stopping`)
  return new TestrigError(
    'ENVIRONMENT_STOP_FAILED',
    failures.map(([, error]) => reasonOf(error)).join('\n'),
    { driver: failures[0]?.[0], cause },
  )
}

export function hookFailed(hook: string, error: unknown): TestrigError {
  return new TestrigError('HOOK_FAILED', `The environment's hook ${hook} failed: ${reasonOf(error)}`, {
    cause: error,
  })
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

export function builderName(name: string, given: string): TestrigError {
  return new TestrigError(
    'NAME_INVALID',
    `The driver declared as \`${name}\` has the option name \`${given}\`. Leave the option out.`,
    { driver: name },
  )
}

/** The error that the handler was called with stays the message; what the handler threw is named after it. */
export function handlerFailed(error: Error, thrown: unknown): TestrigError {
  const message = `${error.message}\nThe environment's hook errorHandler failed too: ${reasonOf(thrown)}`
  return new TestrigError((error as TestrigError).code, message, {
    cause: new AggregateError([error, thrown]),
  })
}

export function selectorGaveNothing(value: string): TestrigError {
  return new TestrigError(
    'ATTRIBUTE_UNKNOWN',
    `${value} gave undefined: the driver has no such value now. Select an attribute that has one.`,
  )
}

export function invalidOptions(owner: string, options: unknown): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${owner} takes an object of options, but was given ${show(options)}.`,
  )
}

export function prepareFailed(label: string, name: string, cause: unknown): TestrigError {
  return new TestrigError('PREPARE_FAILED', `${label} could not be prepared: ${reasonOf(cause)}`, {
    driver: name,
    cause,
  })
}

export function releaseWithoutStart(label: string): TestrigError {
  return new TestrigError(
    'ON_STOP_WITHOUT_START',
    `${label}: onStop() was called before any start. What prepare() acquires is registered with onDispose().`,
  )
}
