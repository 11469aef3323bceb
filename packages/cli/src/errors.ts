import { definitionHint, didYouMean, show, TestrigError } from '@testrig/core'

// All wording of errors of this package. Each code is explained in docs/errors.md.

export function unknownCommand(name: string, known: readonly string[]): TestrigError {
  return misuse(`There is no command \`${name}\`.${didYouMean(name, known)}`)
}

export function unknownOption(option: string, known: readonly string[]): TestrigError {
  const names = known.map((name) => `--${name}`)
  return misuse(`There is no option \`${option}\`.${didYouMean(option, names)}`)
}

export function valueMissing(option: string): TestrigError {
  return misuse(
    `The option \`${option}\` needs a value. One that begins with a hyphen is given as ${option}=<value>.`,
  )
}

export function wrongValue(option: string, value: string, known: readonly string[]): TestrigError {
  return misuse(`The option \`--${option}\` has no value \`${value}\`.${didYouMean(value, known)}`)
}

export function argumentMissing(usage: string, what: string): TestrigError {
  return misuse(`${what} is missing. Usage: ${usage}`)
}

export function tooManyArguments(usage: string, argument: string): TestrigError {
  return misuse(`There is an argument too many: \`${argument}\`. Usage: ${usage}`)
}

export function commandMissing(): TestrigError {
  return misuse('A command is missing after `--`. Leave out `--` to have the variables printed.')
}

export function needlessCommand(name: string): TestrigError {
  return misuse(`\`testrig ${name}\` runs no command. Leave out \`--\` and what follows.`)
}

export function formatWithCommand(): TestrigError {
  return misuse(
    '`--format` tells how variables are printed; a command gets them as its environment. Leave it out.',
  )
}

export function moduleMissing(path: string, given: string): TestrigError {
  return new TestrigError(
    'CLI_MODULE',
    `There is no module \`${given}\`: no file ${path}. A relative path starts at the working directory.`,
  )
}

export function moduleFailed(path: string, cause: unknown, hint: string | undefined): TestrigError {
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : show(cause)
  const indented = text.replaceAll(/^/gm, '  ')
  return new TestrigError(
    'CLI_MODULE',
    `The module ${path} could not be loaded.${hint === undefined ? '' : ` ${hint}`}\n${indented}`,
    { cause },
  )
}

export function moduleInvalid(path: string, value: unknown): TestrigError {
  return new TestrigError(
    'CLI_MODULE',
    `The default export of ${path} must be an environment as environment() of @testrig/core declares it, but is ${show(value)}.${definitionHint(value)}`,
  )
}

export function vitestMissing(folder: string): TestrigError {
  return new TestrigError(
    'CLI_VITEST_MISSING',
    `Vitest is not installed for ${folder}. Run this in the folder of a project that has it, or install it: npm install --save-dev vitest`,
  )
}

export function reportUnreadable(path: string, cause: NodeJS.ErrnoException): TestrigError {
  const reason = cause.code === 'ENOENT' ? 'there is no such file' : cause.message
  return new TestrigError('CLI_REPORT', `The report ${path} could not be read: ${reason}.`, { cause })
}

export function noDotenvForm(name: string): TestrigError {
  return new TestrigError(
    'CLI_FORMAT',
    `The value of ${name} has all three kinds of quotes, which no .env file can hold. Print it with --format shell or json.`,
  )
}

export function commandFailed(command: string, cause: NodeJS.ErrnoException): TestrigError {
  const hints: Record<string, string> = {
    ENOENT: 'there is no such program; give its path, or put its directory on the PATH',
    EACCES: 'it may not be executed; check its mode with ls -l',
  }
  return new TestrigError(
    'CLI_COMMAND',
    `The command \`${command}\` could not be run: ${hints[cause.code ?? ''] ?? cause.message}.`,
    { cause },
  )
}

function misuse(message: string): TestrigError {
  return new TestrigError('CLI_USAGE', message)
}
