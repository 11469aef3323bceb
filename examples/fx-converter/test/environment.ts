import { join } from 'node:path'
import { environment } from '@testrig/core'
import { TCPClient, TCPServer } from '@testrig/driver-tcp'
import { ConverterApp } from './converter-app.ts'

const example = join(import.meta.dirname, '..')

// #region environment
//  ----------          -------------          -----------
//  |        |  ----->  |           |  ----->  |         |
//  | client |          | converter |          |  rates  |
//  |        |  <-----  |           |  <-----  |         |
//  ----------          -------------          -----------
export default environment()
  // The test plays the rates service: it accepts the converter's connections and answers.
  .add('rates', () => new TCPServer())
  // The converter finds the rates service by its settings file, a template that is filled in when it starts.
  .add(
    'converter',
    () =>
      new ConverterApp({
        binary: process.execPath,
        args: [join(example, 'src/converter.ts'), 'etc/converter.cfg'],
        installFiles: [join(example, 'etc/converter.cfg')],
        logRegexps: [/Listener on: (?<listen_address>.*)/],
      }),
  )
  // The client connects to whatever address the converter publishes.
  .add('client', ({ converter }) => new TCPClient({ host: converter.host, port: converter.port }))
// #endregion environment
