import { expect, test } from 'vitest'
import { Cli, runs, testrig } from './cli.ts'
import { SHOP } from './environments.ts'
import { folderWith } from './folder.ts'

/** Arguments that run JavaScript with the variables of the environment. */
function running(script: string): string[] {
  return ['env', 'environment.ts', '--', process.execPath, '-e', script]
}

test('a command runs with the variables; all is stopped when it ends, and its exit code is passed on', async () => {
  const script = `
    const { DRIVER_APP_ATTR_PID: pid, DRIVER_APP_ATTR_EXTRACTS: extracts } = process.env
    fetch('http://127.0.0.1:' + JSON.parse(extracts).port).then((answer) => answer.text()).then((text) => {
      console.log(pid, text === process.env.DRIVER_SERVICE_ATTR_URL)
      process.exit(7)
    })`
  const { code, out, err } = await testrig(running(script), { cwd: folderWith(SHOP) })
  const [pid, same] = out.trim().split(' ')
  expect([code, same, err]).toEqual([7, 'true', ''])
  expect(runs(pid)).toBe(false)
})

test('a command that a signal ends gives 128 and its number', async () => {
  const { code } = await testrig(running(`process.kill(process.pid, 'SIGKILL')`), { cwd: folderWith(SHOP) })
  expect(code).toBe(137)
})

test('signals go to the command; all is stopped after it has ended', async () => {
  const script = `
    process.on('SIGTERM', () => { console.log('asked to end'); process.exit(9) })
    console.log('pid ' + process.env.DRIVER_APP_ATTR_PID + ' ready')
    setInterval(() => {}, 1000)`
  const cli = new Cli(running(script), { cwd: folderWith(SHOP) })
  await cli.prints('ready')
  cli.child.kill('SIGTERM')
  expect(await cli.ended).toBe(9)
  expect(cli.out).toContain('asked to end')
  expect(runs(/pid (\d+)/.exec(cli.out)?.[1])).toBe(false)
})

test('the command has the standard input', async () => {
  const cli = new Cli(
    running(
      `process.stdin.on('data', (text) => console.log('read ' + text)).on('end', () => console.log('end'))`,
    ),
    {
      cwd: folderWith(SHOP),
    },
  )
  cli.child.stdin?.end('hello')
  expect(await cli.ended).toBe(0)
  expect(cli.out).toBe('read hello\nend\n')
})

test('a command that cannot be run is told, with the exit code of shells', async () => {
  const cwd = folderWith(SHOP)
  const missing = await testrig(['env', 'environment.ts', '--', 'no-such-program'], { cwd })
  expect(missing.code).toBe(127)
  expect(missing.err).toMatchInlineSnapshot(`
    "testrig [CLI_COMMAND]: The command \`no-such-program\` could not be run: there is no such program; give its path, or put its directory on the PATH.
    "
  `)
  const locked = await testrig(['env', 'environment.ts', '--', './server.js'], { cwd })
  expect(locked.code).toBe(126)
  expect(locked.err).toMatchInlineSnapshot(`
    "testrig [CLI_COMMAND]: The command \`./server.js\` could not be run: it may not be executed; check its mode with ls -l.
    "
  `)
})
