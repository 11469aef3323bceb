import { expect, test } from 'vitest'
import { installation } from './installation.ts'

const installed = installation()

const files = {
  'server.js': `import { createServer } from 'node:http'
    const server = createServer((request, response) => {
      if (request.url !== '/crash') return response.end('hello')
      console.log('cannot go on')
      process.exit(3)
    })
    server.listen(0, '127.0.0.1', () => console.log('listening on ' + server.address().port))`,
  'environment.ts': `import { environment } from '@testrig/core'
    import { App } from '@testrig/driver-app'
    export default environment().add('server', () => new App({
      binary: process.execPath,
      args: [new URL('./server.js', import.meta.url).pathname],
      stdoutRegexps: [/listening on (?<port>\\d+)/],
    }))`,
}

const header = `import { expect } from 'vitest'
import { fixtures } from '@testrig/vitest'
import environment from './environment.ts'
import { note } from './notes.ts'
const test = fixtures(environment)
`

test('a program serves the tests of a file and is gone afterwards', async () => {
  const project = installed.project({
    ...files,
    'server.test.ts': `${header}
      test.for([1, 2])('request %i', async (n, { server }) => {
        const response = await fetch('http://127.0.0.1:' + server.extracts.port)
        expect(await response.text()).toBe('hello')
        note(String(server.pid))
      })`,
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  const [first, second] = run.notes.map(Number)
  expect(second).toBe(first)
  expect(() => process.kill(first as number, 0)).toThrow('ESRCH')
})

test('a test whose request fails because the program has ended says how that ended', async () => {
  const project = installed.project({
    ...files,
    'request.test.ts': `${header}
      test('asks', async ({ server }) => {
        await fetch('http://127.0.0.1:' + server.extracts.port + '/crash')
      })`,
  })
  const run = await project.run()
  expect(run.tests, run.output).toEqual({ asks: 'failed' })
  expect(run.output).toContain('App "server" ended with exit code 3 while it was in use.')
  expect(run.output.split('cannot go on').length - 1, run.output).toBe(1)
})

test('a program that ends in a test fails it with its exit code, and its log is shown once', async () => {
  const project = installed.project({
    ...files,
    'crash.test.ts': `${header}
      test('crashes', { timeout: 20_000 }, async ({ server }) => {
        await fetch('http://127.0.0.1:' + server.extracts.port + '/crash').catch(() => {})
        await new Promise(() => {})
      })`,
  })
  const run = await project.run()
  expect(run.tests, run.output).toEqual({ crashes: 'failed' })
  expect(run.failures.crashes?.[0]).toMatch(/exit.*3/)
  expect(run.output.split('cannot go on').length - 1, run.output).toBe(1)
})

test('a program that ends as the last test does fails the file, or the test whose own it is', async () => {
  const header = (scope: string) => `import { readFileSync } from 'node:fs'
    import { fixtures } from '@testrig/vitest'
    import environment from './environment.ts'
    const test = fixtures(environment, { scope: '${scope}' })
    const ends = (pid) => {
      process.kill(pid, 'SIGSEGV')
      while (!readFileSync('/proc/' + pid + '/stat', 'utf8').includes(') Z ')) {}
    }
  `
  const project = installed.project({
    ...files,
    'file.test.ts': `${header('file')} test('shares it', ({ server }) => ends(server.pid))`,
    'test.test.ts': `${header('test')} test('has its own', ({ server }) => ends(server.pid))`,
  })
  const run = await project.run()
  expect(run.tests, run.output).toEqual({ 'shares it': 'passed', 'has its own': 'failed' })
  const message = 'App "server" ended with signal SIGSEGV while it was in use.'
  expect(run.failures['has its own']?.[0]).toContain(message)
  expect(run.files.join()).toContain(message)
})

test('a program that ends because another one is stopped fails nothing', async () => {
  const project = installed.project({
    'environment.ts': `import { connect } from 'node:net'
      import { Driver, driverOptions, environment } from '@testrig/core'
      import { App } from '@testrig/driver-app'
      const any = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }
      class Connection extends Driver {
        static options = { ...driverOptions, port: any }
        async starting() {
          const socket = connect(this.config.port, '127.0.0.1')
          await new Promise((done) => socket.once('connect', done))
          this.onStop(() => new Promise((done) => socket.once('close', done).end()))
        }
      }
      const once = "const server = require('net').createServer((socket) => socket.resume().on('close', () => process.exit()))" +
        ".listen(0, '127.0.0.1', () => console.log('port', server.address().port))"
      export default environment()
        .add('server', () => new App({ binary: process.execPath, args: ['-e', once], stdoutRegexps: [/port (?<port>\\d+)/] }))
        .add('connection', ({ server }) => new Connection({ port: server.extracts.port }))
        .add('slow', ({ server }) => new App({
          binary: '/bin/sh', args: ['-c', 'trap "sleep 0.2; exit" TERM; echo up; while :; do sleep 0.01; done'],
          stdoutRegexps: [/up/], env: { PORT: server.extracts.port } }))`,
    'end.test.ts': `import { fixtures } from '@testrig/vitest'
      import environment from './environment.ts'
      fixtures(environment)('passes', ({ connection, slow }) => {})`,
  })
  const run = await project.run()
  expect([run.exitCode, run.files], run.output).toEqual([0, []])
})

test('a death and a stop that fails are both told', async () => {
  const project = installed.project({
    'environment.ts': `import { environment } from '@testrig/core'
      import { Part } from './part.ts'
      export default environment().add('app', () => new Part()).add('other', () => new Part({ stopFail: 'busy' }))`,
    'end.test.ts': `import { fixtures } from '@testrig/vitest'
      import environment from './environment.ts'
      fixtures(environment)('passes', ({ app, other, onTestFinished }) => { onTestFinished(() => app.die('code 9')) })`,
  })
  const { output } = await project.run()
  expect(output).toContain('app died: code 9')
  expect(output).toContain('Part "other" failed to stop (stopping): busy')
})

test('fake timers of a test file touch no driver', async () => {
  const project = installed.project({
    ...files,
    'fake.test.ts': `${header}
      import { afterAll, vi } from 'vitest'
      import { setTimeout } from 'node:timers'
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 15_000).unref()
      vi.useFakeTimers({ now: new Date('2099-01-01') })
      for (const scope of ['test', 'file', 'worker']) {
        const own = fixtures(environment, { scope })
        own('uses one of its ' + scope, async ({ server }) => {
          await server.restart()
          note(String(server.pid))
        })
      }
      afterAll(() => note(String(vi.isFakeTimers())))`,
  })
  const run = await project.run()
  expect([run.exitCode, run.notes.at(-1)], run.output).toEqual([0, 'true'])
  for (const pid of run.notes.slice(0, -1)) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH')
})
