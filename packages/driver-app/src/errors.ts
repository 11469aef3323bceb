import { type LogTail, TestrigError } from '@testrig/core'
import type { ListeningPort } from './listening-ports.ts'
import { programFile } from './program-file.ts'

// All wording of errors of this package. Each code is explained in docs/errors.md.

export interface Ending {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

export function endingText({ exitCode, signal }: Ending): string {
  return signal === null ? `exit code ${exitCode}` : `signal ${signal}`
}

/** Where the options, or a condition, take what a program lacked. */
interface Places {
  readonly args: string
  readonly interpreter: string
}

const OF_APP: Places = {
  args: 'in `args`, or set `shell: true` for a command line',
  interpreter: 'in preArgs',
}
const OF_COMMAND: Places = {
  args: "as a list after it, as in command('test', ['-e', 'up'])",
  interpreter: 'in its place, and the file as the first argument',
}

export function spawnFailed(label: string, file: string, cause: NodeJS.ErrnoException): TestrigError {
  // A file or directory beside the program can be what is missing, too: then the system's words tell which.
  const isOther = ['ENOENT', 'EACCES'].includes(cause.code ?? '') && !cause.syscall?.startsWith('spawn')
  const reason = (isOther ? undefined : spawnReason(file, cause.code, OF_APP)) ?? cause.message
  return new TestrigError('APP_SPAWN', `${label} could not be run: ${reason}.`, { cause })
}

/** A command of `readiness` that no waiting lets run. */
export function commandFailed(label: string, file: string, cause: Error & { code?: string }): TestrigError {
  const reason = spawnReason(file, cause.code, OF_COMMAND) ?? cause.message
  return new TestrigError('APP_SPAWN', `${label}: a command of \`readiness\` cannot be run: ${reason}.`, {
    cause,
  })
}

function spawnReason(file: string, code: string | undefined, places: Places): string | undefined {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return missingReason(file, places)
    case 'EACCES':
      return deniedReason(file, places)
    case 'EPERM':
      return 'the option uid or gid takes root'
    case 'EMFILE':
      return 'this process has as many files open as it may; raise the limit with ulimit -n, or stop some drivers'
    case 'EAGAIN':
      return 'this user has as many processes and threads as it may; raise the limit with ulimit -u, or end some'
    case 'E2BIG':
      return 'its arguments and variables are longer than the system allows; pass what is long in a file'
    default:
      return undefined
  }
}

function deniedReason(file: string, places: Places): string {
  const found = file.includes('/') ? programFile(file) : undefined
  if (found?.isDirectory) return `\`${file}\` is a directory; give the path of the program in it`
  if (found?.isExecutable && found.interpreter !== undefined)
    return `\`${file}\` is to be run by \`${found.interpreter}\`, which may not be executed; correct its first line, or the mode of that`
  return `\`${file}\` may not be executed; check its mode with ls -l, or name its interpreter ${places.interpreter}`
}

function missingReason(file: string, places: Places): string {
  const [program = ''] = file.split(/\s/, 1)
  if (program !== file && (!program.includes('/') || programFile(program)?.isDirectory === false))
    return `there is no program \`${file}\`; give its arguments ${places.args}`
  if (!file.includes('/'))
    return `there is no program \`${file}\`; give its path, or put its directory on the PATH`
  const found = programFile(file)
  if (found === undefined) return `there is no file \`${file}\`; build it, or correct the path`
  const { interpreter } = found
  if (interpreter === undefined)
    return `\`${file}\` is there, but what loads it is not, as when it was built for another system; build it for this one`
  if (interpreter.endsWith('\r'))
    return `the lines of \`${file}\` end with CR LF, so that its interpreter \`${interpreter.slice(0, -1)}\` is not found; save it with LF`
  return `\`${file}\` is to be run by \`${interpreter}\`, which does not exist; correct its first line, or install that`
}

export function noWorkingDir(label: string, path: string, isThere: boolean): TestrigError {
  const problem = isThere ? 'is no directory. Give one' : 'does not exist. Create it'
  return new TestrigError(
    'APP_WORKING_DIR',
    `${label}: the working directory ${path} ${problem}, or leave out \`workingDir\`.`,
  )
}

export function outputShared(label: string, path: string, other: string): TestrigError {
  return new TestrigError(
    'APP_OUTPUT_SHARED',
    `${label}: the output of ${other} goes to ${path} already. Give each its own \`runpath\` or \`appDirName\`.`,
  )
}

export function binaryMissing(label: string, path: string, strategy: string): TestrigError {
  return new TestrigError(
    'APP_BINARY',
    `${label}: binaryStrategy '${strategy}' takes a program's path, but ${path} is not a file.`,
  )
}

export function exitedEarly(label: string, ending: Ending): TestrigError {
  return new TestrigError('APP_EXITED', `${label} ended with ${endingText(ending)} before it was ready.`)
}

export function exitedWhileRunning(
  { label, name }: { readonly label: string; readonly name: string },
  ending: Ending,
  tails: readonly LogTail[],
): TestrigError {
  const tail = tails.flatMap(({ stream, path, lines }) => [
    `  last lines of ${stream} (${path}):`,
    ...lines.map((line) => `    ${line}`),
  ])
  const lines = [`${label} ended with ${endingText(ending)} while it was in use.`, ...tail]
  return new TestrigError('APP_EXITED', lines.join('\n'), { driver: name })
}

export function processesLeft(label: string, pids: readonly number[]): TestrigError {
  return new TestrigError(
    'APP_PROCESSES_LEFT',
    `${label}: the processes ${pids.join(', ')} were killed and still run. They may belong to another user: end them by hand.`,
  )
}

export function unexpectedExitCode(label: string, expected: number, ending: Ending): TestrigError {
  return new TestrigError(
    'APP_EXIT_CODE',
    `${label} should end with exit code ${expected}, but ended with ${endingText(ending)}.`,
  )
}

export function notRunning(label: string, what: string): TestrigError {
  return new TestrigError(
    'APP_NOT_RUNNING',
    `${label}: ${what} needs a program that runs. Start the driver first.`,
  )
}

export function stillRunning(label: string, timeout: number): TestrigError {
  return new TestrigError(
    'APP_STILL_RUNNING',
    `${label} still ran after ${timeout} ms, when its end was awaited. Have it end, or raise \`timeout\`.`,
  )
}

export function extractMissing(
  label: string,
  names: readonly string[],
  found: readonly string[],
): TestrigError {
  const got = found.length === 0 ? 'nothing' : found.join(', ')
  return new TestrigError(
    'APP_EXTRACT_MISSING',
    `${label}: \`extracts\` names ${names.join(', ')}, but the patterns yielded ${got}.`,
  )
}

export function unknownPort(label: string, name: string, known: readonly string[]): TestrigError {
  const names = known.length === 0 ? 'none' : known.join(', ')
  return new TestrigError(
    'APP_PORT_UNKNOWN',
    `${label}: a condition names the port \`${name}\`; the option \`ports\` has ${names}.`,
  )
}

export function ambiguousPort(label: string, name: string, ports: readonly ListeningPort[]): TestrigError {
  const shown = ports.map(({ host, port }) => `${host}:${port}`).join(', ')
  return new TestrigError(
    'APP_PORT_AMBIGUOUS',
    `${label}: the port \`${name}\` to discover could be any of ${shown}. Give the others in \`ports\`, or take the port from a log with a pattern.`,
  )
}

export function noAccess(pids: readonly number[]): TestrigError {
  return new TestrigError(
    'APP_NO_ACCESS',
    `No access to what ${pids.length === 1 ? 'process' : 'processes'} ${pids.join(', ')} ${pids.length === 1 ? 'has' : 'have'} open, which run${pids.length === 1 ? 's' : ''} as another user: connections may be missing. Run the tests as that user, or as root.`,
  )
}

export function unixPeersMissing(): TestrigError {
  return new TestrigError(
    'APP_CONNECTIONS_UNSEEN',
    'Who connects to Unix sockets was not seen, as there is no program `ss`. Install iproute2.',
  )
}

export function connectionsUnseen(): TestrigError {
  return new TestrigError(
    'APP_CONNECTIONS_UNSEEN',
    'The system showed no connections at all. Install `netstat` (net-tools) or `ss` (iproute2).',
  )
}

export function filesUnseen(cause: Error): TestrigError {
  return new TestrigError(
    'APP_CONNECTIONS_UNSEEN',
    `Open files were not seen, as lsof cannot be run: ${cause.message}. Install lsof.`,
    { cause },
  )
}
