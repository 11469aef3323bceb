// Wording of errors about context values and what they read; docs/errors.md explains each code.
import { didYouMean } from './did-you-mean.ts'
import { show } from './show.ts'
import type { DriverState } from './state.ts'
import { TestrigError } from './testrig-error.ts'

export function badContextTarget(value: unknown): TestrigError {
  return new TestrigError(
    'CONTEXT_TARGET',
    `context() takes a driver or its name first, but was given ${show(value)}.`,
  )
}

export function selectorForName(name: string): TestrigError {
  return new TestrigError(
    'CONTEXT_TARGET',
    `context('${name}', …) was given a selector, which needs the driver itself. Give the driver instead of its name, or a template such as '{{ port }}'.`,
  )
}

export function badContextSource(call: string, value: unknown): TestrigError {
  return new TestrigError(
    'CONTEXT_TARGET',
    `${call} takes a template or a selector, but was given ${show(value)}.`,
  )
}

export function ownOutside(): TestrigError {
  return new TestrigError(
    'CONTEXT_TARGET',
    'own() stands for attributes of the driver whose option it is in, but there is none here. Use context() with the name of a driver.',
  )
}

export function contextValueInText(value: string): TestrigError {
  return new TestrigError(
    'CONTEXT_IN_TEXT',
    `The context value ${value} was turned into text before the start, when it has no value. Pass it as an option as it is, or build text with interpolate\`…\`.`,
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

export function selectorGaveNothing(value: string): TestrigError {
  return new TestrigError(
    'ATTRIBUTE_UNKNOWN',
    `${value} gave undefined: the driver has no such value now. Select an attribute that has one.`,
  )
}

/** Runs what may throw an error of ours, and puts the place of the value before the message. */
export function inPlace<T>(place: string, driver: string | undefined, work: () => T): T {
  const worded = (error: unknown) => {
    if (!(error instanceof TestrigError)) return error
    return new TestrigError(error.code, `${place}: ${error.message}`, { driver, cause: error })
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
