import { isAbsolute, normalize } from 'node:path'
import {
  Driver,
  type DriverDefaults,
  type DriverOptions,
  integer,
  type Late,
  late,
  type OptionSchemas,
  type Schema,
  text,
} from '@testrig/core'
import * as v from 'valibot'
import { signalName } from './call-options.ts'
import { argumentsSchema, variablesSchema } from './program-schemas.ts'
import { type Readiness, readinessSchema } from './readiness.ts'

/** How a program gets a port: allocated before the start, found out when the program listens, or given. */
export type PortOption = 'auto' | 'discover' | number

/** Options of App. Times are milliseconds. */
export interface AppOptions<D = never, Extract extends string = string, Port extends string = string>
  extends DriverOptions<D> {
  /** Path of the program, or a name on the PATH; with `shell`, a command line. */
  readonly binary: Late<string>
  /** Arguments before the binary, such as an interpreter: the first is then what runs. @default [] */
  readonly preArgs?: readonly Late<string | number>[] | undefined
  /** Arguments of the program. @default [] */
  readonly args?: readonly Late<string | number>[] | undefined
  /** Runs `binary` as a command line of /bin/sh, with `args` as its further arguments. @default false */
  readonly shell?: boolean | undefined
  /** Environment variables, added to the inherited ones; undefined or null takes one away. @default {} */
  readonly env?: Readonly<Record<string, Late<string | number | boolean> | null | undefined>> | undefined
  /** Whether the program gets this process's variables, without those that Vitest sets. @default true */
  readonly inheritEnv?: boolean | undefined
  /** Whether the program runs in place, or from a link or a copy in `bin/` of its directory. @default 'noop' */
  readonly binaryStrategy?: 'noop' | 'link' | 'copy' | undefined
  /** Path of the program's log file, relative to `appPath`; `logRegexps` watch it. @default the standard output */
  readonly logname?: Late<string> | undefined
  /** Name of a directory below the runpath that holds all files of the program. @default the runpath itself */
  readonly appDirName?: Late<string> | undefined
  /** Directory that the program runs in. @default appPath */
  readonly workingDir?: Late<string> | undefined
  /** Exit code that the program must end with; without patterns and `readiness` it is a task, up when it has ended so. */
  readonly expectedExitCode?: Late<number> | undefined
  /** Whether the driver is up only when the program has ended. @default true for `expectedExitCode` without patterns and readiness */
  readonly waitForExit?: boolean | undefined
  /** Signal that asks the program to stop. @default 'SIGTERM' */
  readonly stopSignal?: NodeJS.Signals | undefined
  /** Conditions that must hold before the program counts as started, beside its patterns. @default [] */
  readonly readiness?: readonly Readiness<D>[] | undefined
  /** Ports by name, read as `ports.<name>`. @default {} */
  readonly ports?: Readonly<Record<Port, PortOption>> | undefined
  /** Names that patterns and files must have yielded when the program is up. @default [] */
  readonly extracts?: readonly Extract[] | undefined
  /** User id that the program runs as; takes root. */
  readonly uid?: Late<number> | undefined
  /** Group id that the program runs as; takes root. */
  readonly gid?: Late<number> | undefined
  /** How output reaches the files: directly, line-buffered by coreutils' stdbuf, or through a pseudo-terminal of util-linux's script. @default 'direct' */
  readonly output?: 'direct' | 'stdbuf' | 'pty' | undefined
}

/** Options of App that have a value even when they are not given. */
export type AppDefaults =
  | DriverDefaults
  | 'preArgs'
  | 'args'
  | 'env'
  | 'inheritEnv'
  | 'binaryStrategy'
  | 'stopSignal'
  | 'readiness'
  | 'ports'
  | 'extracts'
  | 'output'

const path = late(text())
const BELOW = 'the path of a directory below the runpath'
const pathBelow = late(
  v.pipe(
    text(BELOW),
    v.check((given) => !isAbsolute(given) && !normalize(given).startsWith('..'), BELOW),
  ) as unknown as Schema<string>,
)
const portOption = v.custom<PortOption>(
  (given) => given === 'auto' || given === 'discover' || v.is(integer({ min: 1, max: 65_535 }), given),
  "'auto' for a free port, 'discover' or a port from 1 to 65535",
)
const oneDiscovered = v.check<Record<string, PortOption>, string>(
  (ports) => Object.values(ports).filter((port) => port === 'discover').length <= 1,
  "an object with at most one port to 'discover', as ports found could not be told apart",
)

export const appOptions: OptionSchemas<AppOptions> = {
  ...Driver.options,
  binary: path,
  preArgs: argumentsSchema,
  args: argumentsSchema,
  shell: v.optional(v.boolean(), false),
  env: variablesSchema,
  inheritEnv: v.optional(v.boolean(), true),
  binaryStrategy: v.optional(v.picklist(['noop', 'link', 'copy'], "'noop', 'link' or 'copy'"), 'noop'),
  logname: v.optional(path),
  appDirName: v.optional(pathBelow),
  workingDir: v.optional(path),
  expectedExitCode: v.optional(late(integer({ max: 255 }))),
  waitForExit: v.optional(v.boolean()),
  stopSignal: v.optional(signalName, 'SIGTERM'),
  readiness: v.optional(v.array(readinessSchema, 'an array of conditions'), []),
  ports: v.optional(v.pipe(v.record(v.string(), portOption, 'an object of ports'), oneDiscovered), {}),
  extracts: v.optional(v.array(v.string(), 'an array of names'), []),
  uid: v.optional(late(integer())),
  gid: v.optional(late(integer())),
  output: v.optional(v.picklist(['direct', 'stdbuf', 'pty'], "'direct', 'stdbuf' or 'pty'"), 'direct'),
}
