import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { resolve } from 'node:path'
import { type Condition, LogWatch, polled } from '@testrig/core'
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
  /** The environment of the program. */
  environment(): Readonly<Record<string, string>>
  /** The port of that number or name; undefined while it is not known. */
  port(port: number | string): number | undefined
  addExtracts(values: Readonly<Record<string, string>>): void
}

const ATTEMPT = 1_000
const LOOPBACK = ['127.0.0.1', '::1']

/** Makes what waits for one condition of `readiness`, its context values resolved. */
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
    socket.on('connect', () => end(undefined))
    socket.on('timeout', () => end('does not answer'))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' ? 'refuses connections' : (error.code ?? error.message)),
    )
  })
}

function httpCondition({ url, port, status, body }: HttpReadiness, program: ProgramView): Condition {
  const accepted = status === undefined ? undefined : [status].flat()
  const wanted = body === undefined ? undefined : new RegExp(body as string | RegExp)
  return polled(`${url} answers`, async () => {
    const number = port === undefined ? undefined : program.port(port as number | string)
    if (port !== undefined && number === undefined) return `the port ${port} is not known yet`
    const bases =
      number === undefined ? [undefined] : [`http://127.0.0.1:${number}`, `http://[::1]:${number}`]
    const answers = await Promise.all(
      bases.map((base) => request(new URL(url as string, base), accepted, wanted)),
    )
    return answers.includes(undefined) ? true : answers.join(', ')
  })
}

async function request(
  url: URL,
  accepted: readonly number[] | undefined,
  wanted: RegExp | undefined,
): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ATTEMPT), redirect: 'manual' })
    const counts =
      accepted === undefined
        ? response.status >= 200 && response.status < 400
        : accepted.includes(response.status)
    const text = await response.text()
    if (!counts) return `${url.href} answered ${response.status}`
    return wanted === undefined || wanted.test(text)
      ? undefined
      : `the body of ${url.href} does not match ${wanted}`
  } catch (error) {
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined
    return `${url.href}: ${cause?.code ?? (error as Error).message}`
  }
}

function fileCondition({ path, pattern, json }: FileReadiness, program: ProgramView): Condition {
  const file = resolve(program.workingDir, path as string)
  const wanted = pattern === undefined ? undefined : new RegExp(pattern as string | RegExp)
  return polled(`the file ${path} is there`, async () => {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text === undefined) return `${file} does not exist`
    const found = { ...matchGroups(wanted, text), ...jsonValues(json, text) }
    if (wanted !== undefined && !wanted.test(text)) return `the content of ${file} does not match ${wanted}`
    const missing = Object.keys(json ?? {}).filter((name) => found[name] === undefined)
    if (missing.length > 0) return `${file} has no value yet for ${missing.join(', ')}`
    program.addExtracts(found as Record<string, string>)
    return true
  })
}

function matchGroups(pattern: RegExp | undefined, text: string): Record<string, string | undefined> {
  return { ...pattern?.exec(text)?.groups }
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
    (holder, key) => (holder as Record<string, unknown> | undefined)?.[key],
    content,
  )
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function commandCondition({ file, args }: CommandReadiness, program: ProgramView): Condition {
  const shown = [file, ...args].join(' ')
  return polled(`\`${shown}\` ends with exit code 0`, async () => {
    const { execa } = await import('execa')
    const result = await execa(file as string, args.map(String), {
      cwd: program.workingDir,
      env: program.environment(),
      extendEnv: false,
      reject: false,
      all: true,
      stdin: 'ignore',
      killDescendants: true,
      timeout: 10 * ATTEMPT,
    })
    return result.exitCode === 0
      ? true
      : `it ended with ${result.shortMessage ?? result.exitCode}: ${(result.all ?? '').slice(-200)}`
  })
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
