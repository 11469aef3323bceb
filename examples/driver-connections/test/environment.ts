import { join } from 'node:path'
import { Driver, environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { BusService } from '../src/bus-service.ts'

const program = (name: string) => join(import.meta.dirname, '../program', name)

// #region environment
export default environment()
  // Two that talk over a message bus, which is no driver.
  .add('prices', () => new BusService({ publishes: ['prices'] }))
  .add('risk', () => new BusService({ subscribes: ['prices'] }))
  // A program that writes a file, and one that reads it.
  .add(
    'writer',
    () =>
      new App({
        binary: process.execPath,
        args: [program('writer.mjs'), 'journal'],
        stdoutRegexps: [/Journal is open/],
      }),
  )
  .add(
    'reader',
    ({ writer }) =>
      new App({
        binary: process.execPath,
        args: [program('reader.mjs'), 'journal'],
        workingDir: writer.appPath,
        stdoutRegexps: [/Journal is followed/],
      }),
    { after: ['writer'] },
  )
  // One that has to do with none of them.
  .add('alone', () => new Driver())
// #endregion environment
