/** A module whose environment runs a server, `app`, which needs an HTTP service in the process of the command. */
export const SHOP: Readonly<Record<string, string>> = {
  'environment.ts': `import { environment } from '@testrig/core'
    import { App } from '@testrig/driver-app'
    import { HTTPServer } from '@testrig/driver-http'
    export default environment()
      .add('service', () => new HTTPServer())
      .add('app', ({ service }) => new App({
        binary: process.execPath,
        args: [import.meta.dirname + '/server.js', service.url],
        stdoutRegexps: [/port (?<port>\\d+)/],
      }))`,
  'server.js': `import { createServer } from 'node:http'
    const server = createServer((request, response) => {
      if (request.url === '/quit') process.exit(3)
      response.end(process.argv[2])
    })
    server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port))`,
}

/** A module whose driver \`app\` is one program, given as JavaScript. */
export function appOf(program: string, options = ''): Readonly<Record<string, string>> {
  return {
    'environment.ts': `import { environment } from '@testrig/core'
      import { App } from '@testrig/driver-app'
      export default environment().add('app', () => new App({
        binary: process.execPath, args: [import.meta.dirname + '/program.js'], ${options}
      }))`,
    'program.js': program,
  }
}
