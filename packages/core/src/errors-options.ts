// Wording of errors about options and the files and directories that they name; docs/errors.md explains each code.
import { didYouMean } from './did-you-mean.ts'
import { reasonOf, show } from './show.ts'
import { TestrigError } from './testrig-error.ts'

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

export function invalidOptions(owner: string, options: unknown): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${owner} takes an object of options, but was given ${show(options)}.`,
  )
}

export function installFileMissing(driver: string, path: string, cause?: unknown): TestrigError {
  return new TestrigError(
    'INSTALL_FILE_MISSING',
    `\`installFiles\` names ${path}, which is not a file. Relative paths start at ${process.cwd()}.`,
    { driver, cause },
  )
}

export function installFileFailed(
  driver: string,
  source: string,
  target: string,
  cause: unknown,
): TestrigError {
  return new TestrigError(
    'INSTALL_FILE_FAILED',
    `\`installFiles\` could not install ${source} as ${target}: ${reasonOf(cause)}. Check that the one can be read and the other be written.`,
    { driver, cause },
  )
}

export function runpathNotOurs(path: string): TestrigError {
  return new TestrigError(
    'RUNPATH_NOT_OWNED',
    `The directory ${path} holds files that Testrig did not put there, so it is not emptied. Name one that is empty or not there; what a driver's own \`runpath\` holds is kept with its option \`cleanRunpath: false\`.`,
  )
}

export function runpathInUse(path: string, pid: number): TestrigError {
  return new TestrigError(
    'RUNPATH_IN_USE',
    `The directory ${path} is in use by ${pid === process.pid ? 'another environment of this process' : `process ${pid}`}. Give each its own \`runpath\`, or leave the option out: test files that run at the same time share what is written there.`,
  )
}

export function runpathNotRemoved(path: string, cause: unknown): TestrigError {
  return new TestrigError(
    'RUNPATH_UNUSABLE',
    `The directory ${path} cannot be removed: ${reasonOf(cause)}. Remove what keeps it, or keep it by \`keepRunpath: 'always'\`.`,
    { cause },
  )
}

export function runpathUnusable(path: string, cause: unknown): TestrigError {
  return new TestrigError(
    'RUNPATH_UNUSABLE',
    `The directory ${path} cannot be used for drivers' files: ${reasonOf(cause)}. Name another one by the option \`runpath\`, or by the variable TMPDIR for temporary ones.`,
    { cause },
  )
}
