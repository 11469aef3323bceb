// Wording of errors in templates; docs/errors.md explains each code.
import { didYouMean } from './did-you-mean.ts'
import { brief, listNames } from './show.ts'
import { TestrigError } from './testrig-error.ts'

export function unknownTemplateName(name: string, driver: string, known: readonly string[]): TestrigError {
  return new TestrigError(
    'ATTRIBUTE_UNKNOWN',
    `\`${name}\` is neither an attribute of ${driver} nor in the initial context.${didYouMean(name, known)}`,
    { driver },
  )
}

export function driverInTemplate(name: string, driver: string): TestrigError {
  const way =
    name === driver
      ? `Its own attributes stand alone: leave out \`${name}.\``
      : `Others stand behind \`context\`: write \`context["${name}"]\``
  return new TestrigError(
    'ATTRIBUTE_UNKNOWN',
    `\`${name}\` is a driver, and no attribute of ${driver}. ${way}.`,
    { driver },
  )
}

export function objectInTemplate(path: string, properties: readonly string[]): TestrigError {
  const hint = properties.length === 0 ? 'It holds nothing.' : `Name what it holds: ${listNames(properties)}.`
  return new TestrigError('TEMPLATE_FAILED', `\`${path}\` is an object, which has no text. ${hint}`)
}

export function nothingInTemplate(path: string, value: null | undefined): TestrigError {
  return new TestrigError(
    'TEMPLATE_FAILED',
    `\`${path}\` is ${value}, which has no text and nothing in it. Give it a value, or say what stands for it: \`{{ ${path} | default('…', true) }}\`.`,
  )
}

export function lacksInTemplate(path: string, key: string, value: unknown): TestrigError {
  const hint =
    typeof value === 'object' ? 'Name something that it has.' : `Write \`${path}\` alone to get it.`
  return new TestrigError(
    'ATTRIBUTE_UNKNOWN',
    `\`${path}.${key}\` has no value: \`${path}\` is ${brief(value)}, which has no \`${key}\`. ${hint}`,
  )
}

export function filterWithoutValue(filter: string, input: unknown): TestrigError {
  return new TestrigError(
    'TEMPLATE_FAILED',
    `the filter \`${filter}\` is given ${String(input)}: what stands before it has no value. Correct it, or say what stands for it: \`… | default('…', true) | ${filter}\`.`,
  )
}

export function templateSyntax(where: string, cause: unknown, lastLine: number): TestrigError {
  const { line, reason } = templateError(cause)
  return new TestrigError(
    'TEMPLATE_SYNTAX',
    `${where}${lastLine === 1 ? '' : line || `:${lastLine}`}: not a valid template: ${reason}`,
    { cause },
  )
}

/** Where an error of nunjucks stands, as places of what a template reads are written. */
export function placesOf(where: string, error: unknown): readonly string[] {
  const { file = where, line } = templateError(error)
  return [`${file}${line}`, where]
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

/** Whether templates, or macros, went on until there was no room left for a further call. */
export function isEndless(error: unknown): boolean {
  return templateError(error).reason === 'Maximum call stack size exceeded'
}

/** Its cause is left out: nunjucks puts megabytes into the message. */
export function templatesInCircle(where: string, files: readonly string[]): TestrigError {
  return new TestrigError(
    'TEMPLATE_FAILED',
    `${where}: the templates come to no end, as each includes, extends or imports the next: ${files.join(' → ')}. Take one of these out, or put it under an \`if\` that comes to be false.`,
  )
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
  const plain = reason
    .replace(/^(\w*Error: )+/, '')
    .replace(/^attempted to output null or undefined value$/, NO_VALUE)
  return { file, line: place === undefined ? '' : `:${place}`, reason: plain }
}

const NO_VALUE =
  'an expression has no value: it is null or undefined. Correct it, or say what stands for it with `default()`.'
