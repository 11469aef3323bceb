import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { type Condition, LogWatch, poll, polled } from '@testrig/core'
import type {
  CommandReadiness,
  FileReadiness,
  HttpReadiness,
  LogReadiness,
  Readiness,
  TcpReadiness,
} from './readiness.ts'

/** What conditions need to know of the program that they wait for. */
export interface ProgramView {
  readonly label: string
  readonly workingDir: string
  readonly logpath: string
  environment(): Readonly<Record<string, string>>
  /** The port of that number or name; undefined while it is not known. */
  port(port: number | string): number | undefined
  addExtracts(values: Readonly<Record<string, string>>): void
}

const ATTEMPT = 1_000
const LOOPBACK = ['127.0.0.1', '::1']

/**
 * Makes what waits for one condition of `readiness`, its context values resolved. It is made before the program starts,
 * so that it can tell what an earlier run has left.
 */
export function conditionOf(
  readiness: Exclude<Readiness, (...args: never[]) => unknown>,
  program: ProgramView,
): Condition {
  switch (readiness.kind) {
    case 'tcp':
      return tcpCondition(readiness, program)
    case 'http':
      return httpCondition(readiness, program)
    case 'file':
      return fileCondition(readiness, program)
    case 'command':
      return commandCondition(readiness, program)
    case 'log':
      return logCondition(readiness, program)
  }
}

function tcpCondition({ port, host }: TcpReadiness, program: ProgramView): Condition {
  const hosts = host === undefined ? LOOPBACK : [host as string]
  return polled(`port ${port} accepts connections`, async () => {
    const number = program.port(port as number | string)
    if (number === undefined) return `the port ${port} is not known yet`
    const answers = await Promise.all(hosts.map((each) => attempt(each, number)))
    return answers.includes(undefined)
      ? true
      : hosts.map((each, index) => `${each}:${number} ${answers[index]}`).join(', ')
  })
}

/** Connects once; gives the reason when that fails. */
function attempt(host: string, port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: ATTEMPT })
    const end = (reason: string | undefined) => {
      socket.destroy()
      done(reason)
    }
    socket.on('connect', () => {
      leave(socket)
      done(undefined)
    })
    socket.on('timeout', () => end('does not answer'))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' ? 'refuses connections' : (error.code ?? error.message)),
    )
  })
}

/** Ends a connection after reading what the server says: unread, it would make a reset, which some servers die of. */
function leave(socket: Socket): void {
  socket.resume().end()
  socket.unref()
}

function httpCondition({ url, port, status, body }: HttpReadiness, program: ProgramView): Condition {
  const statuses = status === undefined ? undefined : [status].flat()
  const wanted = body === undefined ? undefined : compiled(body as string | RegExp)
  return polled(`${url} answers`, async () => {
    const number = port === undefined ? undefined : program.port(port as number | string)
    if (port !== undefined && number === undefined) return `the port ${port} is not known yet`
    const { probeHttp } = await import('./http-probe.ts')
    const bases =
      number === undefined ? [undefined] : [`http://127.0.0.1:${number}`, `http://[::1]:${number}`]
    const answers = await Promise.all(
      bases.map((base) =>
        probeHttp({ url: new URL(url as string, base), statuses, body: wanted, timeout: ATTEMPT }),
      ),
    )
    return answers.includes(undefined) ? true : answers.join(', ')
  })
}

function fileCondition(
  { path, pattern, json, fresh = true }: FileReadiness,
  program: ProgramView,
): Condition {
  const file = resolve(program.workingDir, path as string)
  const wanted = pattern === undefined ? undefined : compiled(pattern as string | RegExp)
  const old = fresh ? versionOf(file) : undefined
  return polled(`the file ${path} is there`, async () => {
    const version = versionOf(file)
    if (version === undefined) return `${file} does not exist`
    if (version === old) return `${file} is from before this start; \`fresh: false\` takes it as it is`
    const text = await readFile(file, 'utf8').catch(() => '')
    const match = wanted?.exec(text)
    if (match === null) return `the content of ${file} does not match ${wanted}`
    const found = { ...match?.groups, ...jsonValues(json, text) }
    const missing = Object.keys(json ?? {}).filter((name) => found[name] === undefined)
    if (missing.length > 0) return `${file} has no value yet for ${missing.join(', ')}`
    program.addExtracts(withValues(found))
    return true
  })
}

/** What changes when a file is written or replaced; undefined when there is none. */
function versionOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}:${found.mtimeNs}:${found.ctimeNs}:${found.size}`
}

/** A pattern without the flags that would make it remember a position. */
function compiled(pattern: string | RegExp): RegExp {
  return typeof pattern === 'string'
    ? new RegExp(pattern)
    : new RegExp(pattern, pattern.flags.replace(/[gy]/g, ''))
}

function withValues(found: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function jsonValues(
  paths: Readonly<Record<string, string>> | undefined,
  text: string,
): Record<string, string | undefined> {
  if (paths === undefined) return {}
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return {} // The program may still be writing it.
  }
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, jsonValue(content, path)]))
}

function jsonValue(content: unknown, path: string): string | undefined {
  const keys = path.split(/[.[\]]/).filter((key) => key !== '')
  const value = keys.reduce<unknown>(
    (holder, key) => (holder as Record<string, unknown> | null | undefined)?.[key],
    content,
  )
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function commandCondition({ file, args }: CommandReadiness, program: ProgramView): Condition {
  const shown = [file, ...args].join(' ')
  let last: string | undefined
  const succeeds = async (signal: AbortSignal) => {
    const { execa } = await import('execa')
    const result = await execa(file as string, args.map(String), {
      cwd: program.workingDir,
      env: program.environment(),
      extendEnv: false,
      reject: false,
      all: true,
      stdin: 'ignore',
      killDescendants: true,
      cancelSignal: signal,
      timeout: 10 * ATTEMPT,
    })
    last = `it ended with ${result.shortMessage ?? result.exitCode}: ${(result.all ?? '').slice(-200)}`
    return result.exitCode === 0
  }
  return {
    name: `\`${shown}\` ends with exit code 0`,
    wait: (signal) => poll(() => succeeds(signal), signal),
    progress: () => last,
  }
}

function logCondition({ pattern, path }: LogReadiness, program: ProgramView): Condition {
  const watched = path === undefined ? program.logpath : resolve(program.workingDir, path as string)
  const watch = new LogWatch({
    driver: program.label,
    stream: 'log',
    path: watched,
    patterns: [pattern as string | RegExp],
    failPatterns: [],
    onExtracts: (found) => program.addExtracts(found),
  })
  return {
    name: `${watched} matches ${String(pattern)}`,
    wait: async (signal) => {
      watch.open()
      const aborted = Promise.withResolvers<never>()
      const abort = () => aborted.reject(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      try {
        await Promise.race([watch.wait(), aborted.promise])
      } finally {
        signal.removeEventListener('abort', abort)
        await watch.close()
      }
    },
    progress: () => watch.progress(),
  }
}
