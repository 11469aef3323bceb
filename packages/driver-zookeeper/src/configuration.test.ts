import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { describe, expect, onTestFinished, test } from 'vitest'
import { reason, skipped } from '../test/programs.ts'
import { rejection, started } from '../test/started.ts'
import { exchange } from './exchange.ts'
import { ZookeeperStandalone } from './zookeeper-standalone.ts'

const MINIMAL = 'dataDir={{ dataPath }}\nclientPort={{ port }}\nadmin.enableServer=false\n'

/** A file in a directory that goes with the test. */
function file(name: string, content: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'zookeeper-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, name)
  writeFileSync(path, content, { mode: 0o755 })
  return path
}

/** The configuration that a server says it runs with. */
async function configuration(server: ZookeeperStandalone): Promise<string> {
  return String(await exchange(server, 'conf', AbortSignal.timeout(1_000)))
}

describe.skipIf(skipped !== undefined)(`the configuration${reason}`, () => {
  test('is made from a template of the user', async () => {
    const template = `${MINIMAL}tickTime=1234\n4lw.commands.whitelist=conf,srvr\n`
    const driver = await started({ cfgTemplate: file('my.cfg', template) })
    expect(driver.configPath).toBe(join(driver.etcpath, 'zoo.cfg'))
    expect(await configuration(driver)).toContain('tickTime=1234')
    expect(await configuration(driver)).toContain(`dataDir=${driver.dataPath}`)
  })

  test('may forbid the question whether it serves', async () => {
    const template = `${MINIMAL}4lw.commands.whitelist=ruok\n`
    const driver = await started({ cfgTemplate: file('my.cfg', template) })
    expect(driver.state).toBe('started')
  })

  test('has the properties that were given, in the place of those of the template', async () => {
    const properties = { tickTime: 500, '4lw.commands.whitelist': '*' }
    const driver = await started({ properties })
    expect(await configuration(driver)).toContain('tickTime=500')
  })

  test('makes a dependency on the driver that its template names', async () => {
    const template = file('my.cfg', `${MINIMAL}#{{ context["app"].pid }}\n`)
    const group = environment(
      [
        new ZookeeperStandalone({ name: 'zookeeper', cfgTemplate: template }),
        new App({ name: 'app', binary: 'sleep', args: [60] }),
      ],
      { dependencies: 'inferred', keepRunpath: 'never' },
    ).create()
    onTestFinished(() => group.stop())
    expect((await group.graph()).edges).toMatchObject([{ before: 'app', after: 'zookeeper' }])
    await group.start()
    const { zookeeper, app } = group.drivers as { zookeeper: ZookeeperStandalone; app: App }
    expect(readFileSync(zookeeper.configPath, 'utf8')).toContain(`#${app.pid}\n`)
  })

  test('that cannot be rendered fails the start with its line; mended, the driver starts', async () => {
    const template = file('my.cfg', `${MINIMAL}tickTime={{ tikTime }}\n`)
    const driver = new ZookeeperStandalone({ name: 'zookeeper', cfgTemplate: template })
    onTestFinished(() => driver[Symbol.asyncDispose]())
    const { message } = await rejection(driver.start())
    expect(message.replace(/\/\S*\//, '').split('. ')[0]).toMatchInlineSnapshot(
      `"ZookeeperStandalone "zookeeper" failed to start (preStart): my.cfg:4: \`tikTime\` is neither an attribute of zookeeper nor in the initial context"`,
    )
    writeFileSync(template, MINIMAL)
    await driver.start()
    expect(driver.state).toBe('started')
  })

  test('that the server refuses fails the start with what it says', async () => {
    const { message } = await rejection(started({ properties: { tickTime: 'soon' } }))
    expect(message).toContain('ended with exit code 2 before it was ready')
    expect(message).toContain('Caused by: java.lang.NumberFormatException: For input string: "soon"')
  })
})

describe.skipIf(skipped !== undefined)(`options of App${reason}`, () => {
  test('are kept, and what the user passed is not changed', async () => {
    const options = {
      name: 'zookeeper',
      preArgs: ['nice', '-n', 0],
      env: { GREETING: 'hello' },
      stdoutRegexps: [/binding to port \/127.0.0.1:(?<bound>\d+)/],
      installFiles: [[file('more.txt', 'on {{ port }}'), 'more.txt']] as [string, string][],
      ports: { more: 'auto' as const },
      jvmArgs: ['-Xmx128m', '-Dgreeting=hello'],
    }
    const before = structuredClone(options)
    const driver = await started(options)
    expect(options).toEqual(before)
    expect(driver.cmd.slice(0, 3)).toEqual(['nice', '-n', '0'])
    expect(driver.cmd).toContain('-Dgreeting=hello')
    expect(Number(driver.extracts.bound)).toBe(driver.port)
    expect(readFileSync(join(driver.etcpath, 'more.txt'), 'utf8')).toBe(`on ${driver.port}`)
    expect(Object.keys(driver.ports)).toEqual(['client', 'more'])
    await driver.restart()
    expect(driver.cmd.filter((each) => each === '-Dgreeting=hello')).toHaveLength(1)
  })
})
