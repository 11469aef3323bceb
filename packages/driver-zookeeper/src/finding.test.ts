import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { reason, skipped } from '../test/programs.ts'
import { rejection, started } from '../test/started.ts'
import { findZookeeper } from './find-zookeeper.ts'
import { ZookeeperStandalone } from './zookeeper-standalone.ts'

/** A directory with such files, which goes with the test. */
function directory(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'zookeeper-home-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    writeFileSync(join(path, name), content, { mode: 0o755 })
  }
  return path
}

function stubbed(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}

const release = { 'lib/zookeeper-3.9.4.jar': '', 'lib/zookeeper-jute-3.9.4.jar': '', 'bin/zkServer.sh': '' }

describe('ZooKeeper is found', () => {
  test('by the option `home`: a release, or a directory of jars', () => {
    const home = directory(release)
    expect(findZookeeper('zk', home)).toBe(join(home, 'lib/*'))
    expect(findZookeeper('zk', join(home, 'lib'))).toBe(join(home, 'lib/*'))
  })

  test('in a release of Kafka', () => {
    const home = directory({ 'libs/zookeeper-3.8.4.jar': '', 'libs/kafka_2.13-3.9.2.jar': '' })
    expect(findZookeeper('zk', home)).toBe(join(home, 'libs/*'))
  })

  test('by the variable ZOOKEEPER_HOME, before the PATH', () => {
    const [first, second] = [directory(release), directory(release)]
    stubbed({ ZOOKEEPER_HOME: first, PATH: join(second, 'bin') })
    expect(findZookeeper('zk', undefined)).toBe(join(first, 'lib/*'))
  })

  test('by its script on the PATH, also when that is a link', () => {
    const home = directory(release)
    const bin = directory({})
    symlinkSync(join(home, 'bin/zkServer.sh'), join(bin, 'zkServer.sh'))
    stubbed({ ZOOKEEPER_HOME: undefined, PATH: `/nowhere:${bin}` })
    expect(findZookeeper('zk', undefined)).toBe(join(home, 'lib/*'))
  })

  test('not elsewhere when `home` has none', () => {
    stubbed({ ZOOKEEPER_HOME: directory(release) })
    expect(() => findZookeeper('zk', '/nowhere')).toThrow('no Apache ZooKeeper was found')
  })
})

describe('a missing program fails the start: what was looked for, where, and how to install it', () => {
  test('ZooKeeper', async () => {
    const { message } = await rejection(started({ home: '/nowhere' }))
    expect(message.split('\n')[0]).toMatchInlineSnapshot(
      `"ZookeeperStandalone "zookeeper" failed to start (preStart): no Apache ZooKeeper was found. Looked for a zookeeper-<version>.jar in /nowhere/lib, /nowhere/libs, /nowhere/libexec/lib, /nowhere (the option \`home\`). Install it (on Debian: apt-get install zookeeper), or unpack a release of https://zookeeper.apache.org and name its directory by the option \`home\` or the variable ZOOKEEPER_HOME."`,
    )
  })

  test('ZooKeeper, when nothing says where it is', () => {
    stubbed({ ZOOKEEPER_HOME: undefined, PATH: '/nowhere' })
    const search = () => findZookeeper('zk', undefined)
    if (existsSync('/usr/share/java/zookeeper.jar'))
      expect(search()).toMatch(/^\/usr\/share\/java\/zookeeper-/)
    else expect(search).toThrow('ZOOKEEPER_HOME, which is not set; the PATH, which has no zkServer.sh')
  })

  test('Java', async () => {
    stubbed({ JAVA_HOME: '/nowhere', PATH: '/nowhere' })
    const { message } = await rejection(started({ home: directory(release) }))
    expect(message.split('\n')[0]).toMatchInlineSnapshot(
      `"ZookeeperStandalone "zookeeper" failed to start (preStart): no Java was found. JAVA_HOME has no /nowhere/bin/java, and there is no \`java\` on the PATH. Install a Java runtime (on Debian: apt-get install default-jre-headless), or name the program by the option \`java\`."`,
    )
  })
})

test('options of Java are refused beside a program that finds it itself', () => {
  for (const option of [{ home: '/opt/zookeeper' }, { java: 'java' }, { jvmArgs: [] }])
    expect(() => new ZookeeperStandalone({ name: 'zk', binary: 'zkServer.sh', ...option })).toThrow(
      `option \`${Object.keys(option)[0]}\` must be left out when \`binary\` is given`,
    )
})

describe.skipIf(skipped !== undefined)(`a program that finds ZooKeeper itself${reason}`, () => {
  test('may be the script of Debian', async () => {
    const driver = await started({ binary: '/usr/share/zookeeper/bin/zkServer.sh' })
    expect(driver.cmd.slice(1)).toEqual(['start-foreground', driver.configPath])
    const pid = driver.pid as number
    await driver.restart()
    expect(driver.pid).not.toBe(pid)
  })
})
