import {
  func,
  integer,
  isContextValue,
  type Late,
  late,
  pattern,
  type Schema,
  strictObject,
  text,
} from '@testrig/core'
import * as v from 'valibot'

/** A TCP port that must accept connections. */
export interface TcpReadiness {
  readonly kind: 'tcp'
  /** The port, or its name in the option `ports`. */
  readonly port: Late<number | string>
  /** @default 127.0.0.1 and ::1, whichever accepts */
  readonly host?: Late<string> | undefined
}

/** A URL that must answer. */
export interface HttpReadiness {
  readonly kind: 'http'
  /** The URL, or a path on `port`. */
  readonly url: Late<string>
  /** The port for a path, or its name in the option `ports`. */
  readonly port?: Late<number | string> | undefined
  /** Status codes that count. @default 200 to 399 */
  readonly status?: number | readonly number[] | undefined
  /** Pattern that the body must match. */
  readonly body?: Late<string | RegExp> | undefined
}

/** A file that must exist, and from which values can be taken. */
export interface FileReadiness {
  readonly kind: 'file'
  /** Path of the file; relative to the working directory of the program. */
  readonly path: Late<string>
  /** Pattern that the content must match; named groups go to `extracts`. */
  readonly pattern?: Late<string | RegExp> | undefined
  /** Values of a JSON file for `extracts`: name → path such as `server.ports[0]`. */
  readonly json?: Readonly<Record<string, string>> | undefined
  /** Whether a file counts only once this start has written it, or written it again. @default true */
  readonly fresh?: boolean | undefined
}

/** A command that must end with exit code 0. */
export interface CommandReadiness {
  readonly kind: 'command'
  readonly file: Late<string>
  readonly args: readonly Late<string | number>[]
}

/** Lines of a file that must match. */
export interface LogReadiness {
  readonly kind: 'log'
  readonly pattern: Late<string | RegExp>
  /** Path of the file; relative to the working directory of the program. @default the driver's log */
  readonly path?: Late<string> | undefined
}

/** A function that tells; false, or a text that says what is missing, has it asked again. */
export type FunctionReadiness<D = never> = {
  ready(driver: D): boolean | string | Promise<boolean | string>
}['ready']

/** What must hold before a program counts as started; all must. */
export type Readiness<D = never> =
  | TcpReadiness
  | HttpReadiness
  | FileReadiness
  | CommandReadiness
  | LogReadiness
  | FunctionReadiness<D>

/** Ready when the port accepts connections. */
export function tcp(
  port: Late<number | string>,
  options: Omit<TcpReadiness, 'kind' | 'port'> = {},
): TcpReadiness {
  return { kind: 'tcp', port, ...options }
}

/** Ready when the URL, or the path on `port`, answers with a status that counts. */
export function http(url: Late<string>, options: Omit<HttpReadiness, 'kind' | 'url'> = {}): HttpReadiness {
  return { kind: 'http', url, ...options }
}

/** Ready when the file exists and its content fits; the way to read port files. */
export function file(path: Late<string>, options: Omit<FileReadiness, 'kind' | 'path'> = {}): FileReadiness {
  return { kind: 'file', path, ...options }
}

/** Ready when the command ends with exit code 0; it is run again until it does. */
export function command(
  program: Late<string>,
  args: readonly Late<string | number>[] = [],
): CommandReadiness {
  return { kind: 'command', file: program, args }
}

/** Ready when a line matches; named groups go to `extracts`. */
export function log(
  wanted: Late<string | RegExp>,
  options: Omit<LogReadiness, 'kind' | 'pattern'> = {},
): LogReadiness {
  return { kind: 'log', pattern: wanted, ...options }
}

const textOrNumber = v.union([v.string(), v.number()], 'a string or a number') as unknown as Schema<
  string | number
>
const PORT = 'a port from 1 to 65535, or the name of one'
const portOrName = late(
  v.union([integer({ min: 1, max: 65_535 }), text(PORT)], PORT) as unknown as Schema<number | string>,
)
const path = late(text())
const status = integer({ min: 100, max: 599 })
/** `localhost:80` is a URL too, whose protocol is `localhost:`. */
const url = v.check<HttpReadiness, string>(({ url, port }) => {
  if (isContextValue(url)) return true
  const whole = URL.parse(`${url}`, port === undefined ? undefined : 'http://localhost')
  return ['http:', 'https:'].includes(whole?.protocol ?? '')
}, 'given a whole URL, such as http://127.0.0.1:8080/health, or a path and a `port`')

/** Each kind with what it takes. */
const kinds: Readonly<Record<string, v.GenericSchema>> = {
  tcp: strictObject<TcpReadiness>({ kind: v.literal('tcp'), port: portOrName, host: v.optional(path) }),
  http: v.pipe(
    strictObject<HttpReadiness>({
      kind: v.literal('http'),
      url: path,
      port: v.optional(portOrName),
      status: v.optional(v.union([status, v.array(status)], 'a status from 100 to 599, or an array of them')),
      body: v.optional(late(pattern())),
    }),
    url,
  ),
  file: strictObject<FileReadiness>({
    kind: v.literal('file'),
    path,
    pattern: v.optional(late(pattern())),
    json: v.optional(v.record(v.string(), v.string(), 'an object of paths')),
    fresh: v.optional(v.boolean()),
  }),
  command: strictObject<CommandReadiness>({
    kind: v.literal('command'),
    file: path,
    args: v.array(late(textOrNumber), 'an array of arguments'),
  }),
  log: strictObject<LogReadiness>({
    kind: v.literal('log'),
    pattern: late(pattern()),
    path: v.optional(path),
  }),
}

const none = v.custom<never>(
  () => false,
  'tcp(…), http(…), file(…), command(…), log(…), or a function that takes the driver',
)

export const readinessSchema: Schema<Readiness> = v.lazy((value) => {
  if (typeof value === 'function') return func()
  return kinds[(value as { kind?: string } | null)?.kind ?? ''] ?? none
}) as unknown as Schema<Readiness>
