import { DRIVER_INFO_VERSION, type DriverInfoReport } from '@testrig/core/driver-info'
import * as v from 'valibot'

const at = v.pipe(v.number(), v.finite(), v.description('Milliseconds since the epoch.'))
const names = v.array(v.string())

type Plain = DriverInfoReport['environments'][number]['drivers'][number]['attributes'][string]
const plain: v.GenericSchema<Plain> = v.lazy(() =>
  v.union([v.string(), v.number(), v.boolean(), v.null(), v.array(plain), v.record(v.string(), plain)]),
)

const phase = v.object({ name: v.string(), start: at, end: at })

const log = v.object({
  stream: v.pipe(v.string(), v.description('Such as `stdout`.')),
  path: v.string(),
  text: v.pipe(v.string(), v.description('The end of the log; all of it when nothing is omitted.')),
  omitted: v.pipe(v.number(), v.integer(), v.minValue(0), v.description('Bytes before the text.')),
})

const driver = v.object({
  name: v.string(),
  className: v.string(),
  state: v.pipe(
    v.picklist([
      'idle',
      'starting',
      'started',
      'pausing',
      'paused',
      'resuming',
      'stopping',
      'stopped',
      'failed',
    ]),
    v.description('The state that it ended up in before the environment was stopped.'),
  ),
  failure: v.exactOptional(v.pipe(v.string(), v.description('Why it is not up.'))),
  attributes: v.pipe(v.record(v.string(), plain), v.description('The published attributes, secrets masked.')),
  command: v.exactOptional(v.pipe(names, v.description('The command line of a driver that runs a program.'))),
  pids: v.exactOptional(v.pipe(v.array(v.number()), v.description('Of the whole process tree.'))),
  listening: v.pipe(names, v.description('Where it listens: `tcp://127.0.0.1:5432`.')),
  problems: v.pipe(names, v.description('What kept the connections from being seen.')),
  start: v.array(phase),
  conditions: v.array(v.object({ name: v.string(), at })),
  stop: v.array(phase),
  logs: v.array(log),
})

const link = v.object({
  protocol: v.pipe(v.string(), v.description('Such as `tcp` or `file`.')),
  connection: v.pipe(v.string(), v.description('By what the two were joined: `tcp://5432`.')),
  reversed: v.exactOptional(v.pipe(v.literal(true), v.description('It goes from `to` to `from` only.'))),
  fromEnds: v.pipe(names, v.description('What each side is known by, such as its port or `Write`.')),
  toEnds: names,
})

const edge = v.pipe(
  v.object({
    from: v.string(),
    to: v.string(),
    values: v.pipe(
      v.array(v.object({ attribute: v.string(), origin: v.string() })),
      v.description('Attributes of `to` that `from` was given as context values.'),
    ),
    dependency: v.pipe(v.boolean(), v.description('Whether `to` had to be up before `from` started.')),
    observed: v.pipe(
      v.array(link),
      v.description('What was found by looking; empty on a declared edge that was never observed.'),
    ),
  }),
  v.description('From the side that connects, uses or writes to the side that listens, is used or read.'),
)

const environment = v.object({
  id: v.string(),
  scope: v.picklist(['test', 'file', 'worker', 'run']),
  files: v.pipe(names, v.description('Test files that used it, relative to the root.')),
  startedAt: at,
  readyAt: at,
  stopStartedAt: v.exactOptional(at),
  stoppedAt: v.exactOptional(at),
  drivers: v.array(driver),
  sampledAt: v.pipe(v.array(at), v.description('When connections were looked at.')),
  externals: v.pipe(
    v.array(v.object({ name: v.string(), label: v.exactOptional(v.string()) })),
    v.description('Nodes of the chart that are no drivers.'),
  ),
  edges: v.array(edge),
  criticalPath: v.pipe(names, v.description('The drivers that the start took its time from, in order.')),
  failures: v.pipe(names, v.description('Messages of failed starts and stops.')),
})

const test = v.object({
  name: v.pipe(names, v.description('Names of its suites and its own.')),
  file: v.string(),
  project: v.string(),
  state: v.picklist(['passed', 'failed', 'skipped']),
  duration: v.pipe(v.number(), v.description('Milliseconds.')),
  errors: names,
  used: v.pipe(
    v.array(v.object({ environment: v.string(), drivers: names })),
    v.description('The drivers that it used, by environment.'),
  ),
})

/** The form of report.json. Properties that it does not name are left alone: later reports of a version may have more. */
export const reportSchema: v.GenericSchema<DriverInfoReport> = v.object({
  version: v.literal(DRIVER_INFO_VERSION),
  createdAt: v.pipe(v.string(), v.description('ISO 8601.')),
  environments: v.array(environment),
  tests: v.array(test),
})
