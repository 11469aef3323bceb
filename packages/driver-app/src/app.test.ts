import { testDriver } from '@testrig/core/testing'
import { runs } from '../test/processes.ts'
import { program } from '../test/programs/index.ts'
import { App } from './app.ts'
import type { AppOptions } from './app-options.ts'
import { tcp } from './readiness.ts'

testDriver('App', {
  create: (options) =>
    new App({
      ...(options as object),
      binary: process.execPath,
      args: [program('server')],
      stdoutRegexps: [/Listening on (?<host>\S+):(?<port>\d+)/],
    }),
  createAny: (options) => new App({ binary: 'true', ...options } as AppOptions<App>),
  probe: ({ pid }) => {
    return () => pid !== undefined && runs(pid)
  },
  badOptions: [
    { binary: '' },
    { binary: 1 },
    { args: 'one' },
    { args: [true] },
    { preArgs: [null] },
    { shell: 'yes' },
    { env: { A: [] } },
    { inheritEnv: 1 },
    { binaryStrategy: 'move' },
    { logname: '' },
    { appDirName: 1 },
    { workingDir: '' },
    { expectedExitCode: 256 },
    { expectedExitCode: -1 },
    { waitForExit: 1 },
    { stopSignal: 'SIGNAL' },
    { readiness: tcp(80) },
    { readiness: [{ kind: 'udp' }] },
    { ports: { http: 65_536 } },
    { ports: { http: 'any' } },
    { ports: { one: 'discover', two: 'discover' } },
    { extracts: 'port' },
    { uid: -1 },
    { gid: 1.5 },
    { output: 'tty' },
  ],
})
