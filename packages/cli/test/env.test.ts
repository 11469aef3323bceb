import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Cli, runs, testrig } from './cli.ts'
import { appOf, SHOP } from './environments.ts'
import { folderWith } from './folder.ts'

test('the variables are printed when all is up, and the end of a piped input stops all', async () => {
  const cli = new Cli(['env', 'environment.ts'], { cwd: folderWith(SHOP) })
  const variables = await cli.up()
  const { port } = JSON.parse(variables.DRIVER_APP_ATTR_EXTRACTS ?? '')
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe(variables.DRIVER_SERVICE_ATTR_URL)
  expect(runs(variables.DRIVER_APP_ATTR_PID)).toBe(true)
  cli.child.stdin?.end()
  expect(await cli.ended).toBe(0)
  expect(runs(variables.DRIVER_APP_ATTR_PID)).toBe(false)
  expect(existsSync(variables.DRIVER_APP_ATTR_RUNPATH ?? '')).toBe(false)
  expect(cli.err.replace(/\d+ ms/, '<n> ms')).toMatchInlineSnapshot(`
    "testrig: up after <n> ms: service, app. SIGTERM stops all.
    testrig: stopping: end of input
    "
  `)
})

test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s stops all', async (signal) => {
  const cli = new Cli(['env', 'environment.ts'], { cwd: folderWith(SHOP) })
  const { DRIVER_APP_ATTR_PID: pid } = await cli.up()
  cli.child.kill(signal)
  expect(await cli.ended).toBe(0)
  expect(runs(pid)).toBe(false)
  expect(cli.err).toContain(`stopping: ${signal}`)
})

test('an input that is no pipe, as of what runs in the background, is no reason to stop', async () => {
  const cli = new Cli(['env', 'environment.ts'], { cwd: folderWith(SHOP), stdin: 'ignore' })
  await cli.up()
  cli.child.kill('SIGTERM')
  expect(await cli.ended).toBe(0)
  expect(cli.err).toContain('stopping: SIGTERM')
})

test('programs end also when the command is killed', async () => {
  const cli = new Cli(['env', 'environment.ts'], { cwd: folderWith(SHOP) })
  const { DRIVER_APP_ATTR_PID: pid } = await cli.up()
  cli.child.kill('SIGKILL')
  await cli.ended
  await expect.poll(() => runs(pid), { timeout: 50_000 }).toBe(false)
})

test('only the named drivers and what they need start', async () => {
  const cli = new Cli(['env', 'environment.ts', '--only', 'service'], { cwd: folderWith(SHOP) })
  const variables = await cli.up()
  cli.child.stdin?.end()
  expect(await cli.ended).toBe(0)
  expect(variables.DRIVER_SERVICE_ATTR_URL).toContain('http://')
  expect(variables.DRIVER_APP_ATTR_PID).toBeUndefined()
})

test('a reader of the output that goes away stops all', async () => {
  const cli = new Cli(['env', 'environment.ts'], { cwd: folderWith(SHOP) })
  cli.child.stdout?.destroy()
  expect(await cli.ended).toBe(1)
  expect(cli.err).toContain('stopping: nobody reads the output')
})

test('a driver that ends is told, the others stay up, and the exit code tells it too', async () => {
  const cli = new Cli(['env', 'environment.ts'], { cwd: folderWith(SHOP) })
  const variables = await cli.up()
  const { port } = JSON.parse(variables.DRIVER_APP_ATTR_EXTRACTS ?? '')
  await fetch(`http://127.0.0.1:${port}/quit`).catch(() => {})
  await cli.prints('App "app" ended with exit code 3 while it was in use.')
  const service = connect(Number(variables.DRIVER_SERVICE_ATTR_PORT), variables.DRIVER_SERVICE_ATTR_HOST)
  await once(service, 'connect')
  service.destroy()
  cli.child.kill('SIGTERM')
  expect(await cli.ended).toBe(1)
})

test('a driver that fails to start is told, and nothing is left', async () => {
  const cwd = folderWith(appOf(`console.error('no licence'); process.exit(4)`, 'stdoutRegexps: [/ready/]'))
  const { code, out, err } = await testrig(['env', 'environment.ts'], { cwd })
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain('ended with exit code 4 before it was ready.')
  expect(err).toContain('no licence')
})

test('a signal during the start ends it, and nothing is left', async () => {
  const program = `import { writeFileSync } from 'node:fs'
    writeFileSync(import.meta.dirname + '/pid', String(process.pid))
    setInterval(() => {}, 1000)`
  const cwd = folderWith(appOf(program, 'stdoutRegexps: [/never/]'))
  const cli = new Cli(['env', 'environment.ts'], { cwd })
  const pid = () => (existsSync(`${cwd}/pid`) ? readFileSync(`${cwd}/pid`, 'utf8') : '')
  await expect.poll(pid, { timeout: 50_000 }).not.toBe('')
  cli.child.kill('SIGTERM')
  expect(await cli.ended).toBe(143)
  expect(cli.out).toBe('')
  expect(runs(pid())).toBe(false)
})

test('an error that nobody caught stops all', async () => {
  const files = {
    ...SHOP,
    'crash.ts': `export { default } from './environment.ts'
      process.on('SIGUSR2', () => { throw new Error('out of the blue') })`,
  }
  const cli = new Cli(['env', 'crash.ts'], { cwd: folderWith(files) })
  const { DRIVER_APP_ATTR_PID: pid } = await cli.up()
  cli.child.kill('SIGUSR2')
  expect(await cli.ended).toBe(1)
  expect(cli.err).toContain('Error: out of the blue')
  expect(runs(pid)).toBe(false)
})

test('a value that the format cannot hold is an error, and nothing is left', async () => {
  const files = {
    ...SHOP,
    'wild.ts': `import shop from './environment.ts'
      import { Driver } from '@testrig/core'
      class Wild extends Driver { value = String.fromCharCode(34, 39, 96) }
      export default shop.add('wild', () => new Wild())`,
  }
  const { code, out, err } = await testrig(['env', 'wild.ts', '--format=dotenv'], { cwd: folderWith(files) })
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain('The value of DRIVER_WILD_ATTR_VALUE has all three kinds of quotes')
  expect(err.trim().split('\n')).toHaveLength(1)
})

test('with --driver-info the report is written at the end, also of a start that failed', async () => {
  const cwd = folderWith(SHOP)
  const cli = new Cli(['env', 'environment.ts', '--driver-info'], { cwd })
  await cli.up()
  cli.child.stdin?.end()
  expect(await cli.ended).toBe(0)
  expect(cli.err).toContain('report: .testrig/driver-info/index.html')
  const report = JSON.parse(readFileSync(join(cwd, '.testrig/driver-info/report.json'), 'utf8'))
  expect(report.environments[0].edges).toMatchObject([{ from: 'app', to: 'service', dependency: true }])

  const broken = folderWith(appOf('process.exit(4)', 'stdoutRegexps: [/ready/]'))
  const { code } = await testrig(['env', 'environment.ts', '--driver-info=info'], { cwd: broken })
  expect(code).toBe(1)
  const failed = JSON.parse(readFileSync(join(broken, 'info/report.json'), 'utf8'))
  expect(failed.environments[0].drivers).toMatchObject([{ name: 'app', state: 'failed' }])
})

test('variables can be printed as JSON and for .env files', async () => {
  for (const format of ['json', 'dotenv']) {
    const cli = new Cli(['env', 'environment.ts', '--only=service', '--format', format], {
      cwd: folderWith(SHOP),
    })
    await cli.up()
    cli.child.stdin?.end()
    expect(await cli.ended).toBe(0)
    const line =
      format === 'json' ? '"DRIVER_SERVICE_ATTR_NAME": "service"' : 'DRIVER_SERVICE_ATTR_NAME=service\n'
    expect(cli.out).toContain(line)
  }
})
