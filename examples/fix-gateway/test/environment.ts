import { join } from 'node:path'
import { environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { FixClient, FixServer } from '@testrig/driver-fix'
import { Certificates } from './certificates.ts'

const example = join(import.meta.dirname, '..')

// #region environment
//  ----------   FIX    -----------  FIX over TLS  ------------
//  |        |  ----->  |         |  ----------->  |          |
//  | client |          | gateway |                | exchange |
//  |        |  <-----  |         |  <-----------  |          |
//  ----------          -----------                ------------
export default environment()
  .add('certificates', () => new Certificates())
  // The test plays the exchange, which takes only who has a certificate.
  .add(
    'exchange',
    ({ certificates }) =>
      new FixServer({
        version: 'FIX.4.4',
        sender: 'EXCHANGE',
        tlsConfig: {
          key: certificates.exchangeKey,
          cert: certificates.exchangeCert,
          ca: certificates.ca,
          requestCert: true,
        },
      }),
  )
  // The gateway has started when it listens and is logged on to the exchange; it cannot when it does not trust it.
  .add(
    'gateway',
    () =>
      new App<'host' | 'port'>({
        binary: process.execPath,
        args: [join(example, 'src/gateway.ts'), 'etc/gateway.cfg'],
        installFiles: [join(example, 'etc/gateway.cfg')],
        failRegexps: [/EXCHANGE: .*certificate.*/],
        stdoutRegexps: [/Clients connect to: (?<host>.*):(?<port>\d+)/, /Session with EXCHANGE began/],
      }),
  )
  .add(
    'client',
    ({ gateway }) =>
      new FixClient({
        host: gateway.extracts.host,
        port: gateway.extracts.port,
        version: 'FIX.4.4',
        sender: 'CLIENT',
        target: 'GATEWAY',
      }),
  )
// #endregion environment
