// #region environment
import { environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { HTTPClient, HTTPServer } from '@testrig/driver-http'

export default environment()
  .add('service', () => new HTTPServer())
  .add(
    'app',
    ({ service }) =>
      new App({
        binary: process.execPath,
        args: [`${import.meta.dirname}/../src/app.js`, '--upstream', service.url],
        stdoutRegexps: [/Listening on (?<host>\S+):(?<port>\d+)/],
      }),
  )
  .add('client', ({ app }) => new HTTPClient({ host: app.extracts.host, port: app.extracts.port }))
// #endregion environment
