import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { findJar } from './find-jar.ts'

const search = {
  jar: /^server-\d+\.jar$/,
  home: undefined,
  variable: 'SERVER_HOME',
  programs: ['server.sh', 'server'],
  below: ['lib', 'libs'],
}

/** A directory with such files, all of them programs, which goes with the test. */
function directory(...files: readonly string[]): string {
  const path = mkdtempSync(join(tmpdir(), 'find-jar-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  for (const file of files) {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    writeFileSync(join(path, file), '', { mode: 0o755 })
  }
  return path
}

function stubbed(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}

test('a release is looked at in its directories in turn, and last itself', () => {
  const home = directory('lib/server-client-1.jar', 'libs/server-1.jar', 'server-2.jar')
  expect(findJar({ ...search, home }).jar).toBe(join(home, 'libs/server-1.jar'))
  const jars = directory('server-2.jar')
  expect(findJar({ ...search, home: jars }).jar).toBe(join(jars, 'server-2.jar'))
})

test('the option comes before the variable, that before the PATH, and that before the system', () => {
  const [option, variable, release, system] = [1, 2, 3, 4].map((number) =>
    directory(`libs/server-${number}.jar`, 'bin/server.sh', `server-${number}.jar`),
  ) as [string, string, string, string]
  const found = (home?: string) => findJar({ ...search, home, system: [system] }).jar
  stubbed({ SERVER_HOME: variable, PATH: join(release, 'bin') })
  expect(found(option)).toBe(join(option, 'libs/server-1.jar'))
  expect(found()).toBe(join(variable, 'libs/server-2.jar'))
  stubbed({ SERVER_HOME: undefined })
  expect(found()).toBe(join(release, 'libs/server-3.jar'))
  stubbed({ PATH: '' })
  expect(found()).toBe(join(system, 'server-4.jar'))
})

test('a program on the PATH leads to its release also by links', () => {
  const [release, bin] = [directory('lib/server-1.jar', 'bin/server'), directory()]
  symlinkSync(join(release, 'bin/server'), join(bin, 'server'))
  stubbed({ SERVER_HOME: undefined, PATH: bin })
  expect(findJar(search).jar).toBe(join(release, 'lib/server-1.jar'))
})

test('where nothing was found is told', () => {
  stubbed({ SERVER_HOME: undefined, PATH: '/nowhere' })
  expect(findJar({ ...search, system: ['/usr/share/none'] })).toMatchInlineSnapshot(`
    {
      "jar": undefined,
      "looked": "SERVER_HOME, which is not set; the PATH, which has no server.sh or server; /usr/share/none",
    }
  `)
  stubbed({ SERVER_HOME: '/opt/server' })
  expect(findJar(search).looked).toContain('/opt/server/lib, /opt/server/libs, /opt/server (SERVER_HOME)')
})
