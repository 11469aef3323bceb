import { expect, test } from 'vitest'
import { installation } from './installation.ts'

const installed = installation()

const environment = `import { environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { Part } from './part.ts'
export default environment()
  .add('missing', () => new App({ binary: 'no-such-program' }))
  .add('hooked', () => new Part({
    postStart() {
      throw new RangeError('the hook broke')
    },
  }))
  .add('crashed', () => new App({
    binary: process.execPath,
    args: ['-e', 'throw new Error("boom")'],
    stdoutRegexps: [/never/],
  }))
`

const header = `import { expect } from 'vitest'
import { fixtures } from '@testrig/vitest'
import { App } from '@testrig/driver-app'
import all from './environment.ts'
`

/** What Vitest prints of the failures, without what differs between runs. */
async function failuresOf(files: Record<string, string>): Promise<string> {
  const { output } = await installed.project({ 'environment.ts': environment, ...files }).run()
  const begin = output.indexOf(' FAIL ')
  return output
    .slice(begin, output.indexOf(' Test Files '))
    .replace(/\/[^\s:)]*\/testrig-[\w-]+/g, '<runpath>')
    .replaceAll(process.execPath, 'node')
    .replace(/^⎯+.*$/gm, '')
    .replace(/Node\.js v[\d.]+/, 'Node.js')
    .replace(/\n\s*\n/g, '\n')
    .trim()
}

test('a driver that cannot start is reported once, without the inner life of Testrig', async () => {
  const shown = await failuresOf({
    'missing.test.ts': `${header}
      fixtures(all)('uses it', ({ missing }) => {})`,
  })
  expect(shown).toMatchInlineSnapshot(`
    "FAIL  missing.test.ts > uses it
    TestrigError [START_FAILED]: App "missing" failed to start (starting): could not be run: there is no program \`no-such-program\`; give its path, or put its directory on the PATH.
      command: no-such-program
      its directory: <runpath>/missing"
  `)
})

test('an error in the declaration of a driver shows the line where it is made', async () => {
  const shown = await failuresOf({
    'unknown.test.ts': `import { context, environment } from '@testrig/core'
      import { App } from '@testrig/driver-app'
      import { fixtures } from '@testrig/vitest'
      const declared = environment()
        .add('server', () => new App({ binary: 'no-such-program' }))
        .add('client', () => new App({
          binary: context('sever', '{{ port }}'),
        }))
      fixtures(declared)('uses it', ({ client }) => {})`,
    'cycle.test.ts': `import { context, environment } from '@testrig/core'
      import { App } from '@testrig/driver-app'
      import { fixtures } from '@testrig/vitest'
      const app = (name: string, other: string) => new App({ name, binary: context(other, '{{ pid }}') })
      const declared = environment(() => [
        app('one', 'two'),
        app('two', 'one'),
      ], { dependencies: 'inferred' })
      fixtures(declared)('uses it', ({ one }) => {})`,
  })
  expect(shown).toMatchInlineSnapshot(`
    "FAIL  cycle.test.ts > uses it
    TestrigError [DEPENDENCY_CYCLE]: The drivers depend on each other: one → two (binary) → one (binary). Each needs the next one to be up first. Remove one of these dependencies, or use a value that is known before the start, such as a port that Testrig allocates.
     ❯ app cycle.test.ts:4:52
          2|       import { App } from '@testrig/driver-app'
          3|       import { fixtures } from '@testrig/vitest'
          4|       const app = (name: string, other: string) => new App({ name, bin…
           |                                                    ^
          5|       const declared = environment(() => [
          6|         app('one', 'two'),
     ❯ declared.dependencies cycle.test.ts:6:9
     FAIL  unknown.test.ts > uses it
    TestrigError [UNKNOWN_DRIVER]: client: option \`binary\`: There is no driver \`sever\` in the environment. Did you mean \`server\`?
     ❯ unknown.test.ts:6:30
          4|       const declared = environment()
          5|         .add('server', () => new App({ binary: 'no-such-program' }))
          6|         .add('client', () => new App({
           |                              ^
          7|           binary: context('sever', '{{ port }}'),
          8|         }))"
  `)
})

test('an error of a hook shows the line of the hook', async () => {
  const shown = await failuresOf({
    'hooked.test.ts': `${header}
      fixtures(all)('uses it', ({ hooked }) => {})`,
  })
  expect(shown).toMatchInlineSnapshot(`
    "FAIL  hooked.test.ts > uses it
    TestrigError [START_FAILED]: Part "hooked" failed to start (postStart): RangeError: the hook broke
      last lines of stdout (<runpath>/hooked/stdout):
        first line of hooked
        last line of hooked
      its directory: <runpath>/hooked
    Caused by: RangeError: the hook broke
     ❯ postStart environment.ts:8:13"
  `)
})

test('an option that is wrong shows the line that declares the driver', async () => {
  const shown = await failuresOf({
    'environment.ts': `import { environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
export default environment().add('mistaken', () => new App({
  binary: 'true',
  argz: [],
}))`,
    'mistaken.test.ts': `${header}
      fixtures(all)('uses it', ({ mistaken }) => {})`,
  })
  expect(shown).toMatchInlineSnapshot(`
    "FAIL  mistaken.test.ts > uses it
    TestrigError [OPTION_UNKNOWN]: App has no option \`argz\` (given []). Did you mean \`args\`?
     ❯ environment.ts:3:52
          1| import { environment } from '@testrig/core'
          2| import { App } from '@testrig/driver-app'
          3| export default environment().add('mistaken', () => new App({
           |                                                    ^
          4|   binary: 'true',
          5|   argz: [],"
  `)
})

test('a wrong option of fixtures() shows the line that gives it, and no line of Testrig', async () => {
  const shown = await failuresOf({
    'scoped.test.ts': `${header}
      fixtures(all, { scope: 'files' })`,
  })
  expect(shown).toContain("option `scope` must be 'test', 'file' or 'worker', but is 'files' (string).")
  expect(shown.match(/❯ .*/g)).toEqual(['❯ scoped.test.ts:6:7'])
})

test("a program's stack trace is text of its log, and no stack of the test", async () => {
  const shown = await failuresOf({
    'crashed.test.ts': `${header}
      fixtures(all)('uses it', ({ crashed }) => {})`,
  })
  expect(shown).toContain('\n    Error: boom\n        at ')
  expect(shown).not.toContain('❯')
})

test('a call that waits in vain shows the line of the test that waits', async () => {
  const shown = await failuresOf({
    'environment.ts': `import { environment } from '@testrig/core'
      import { App } from '@testrig/driver-app'
      export default environment().add('app', () => new App({ binary: 'sh', args: ['-c', 'echo up; read line'], stdoutRegexps: [/up/] }))`,
    'waiting.test.ts': `${header}
      const test = fixtures(all)
      test('for a line', async ({ app }) => {
        await app.logMatcher().match(/down/, { timeout: 0 })
      })
      test('for the end', async ({ app }) => {
        await app.waitForExit({ timeout: 1 })
      })`,
  })
  expect(shown.match(/❯ waiting\.test\.ts:\d+/g)).toEqual(['❯ waiting.test.ts:8', '❯ waiting.test.ts:11'])
  expect(shown).not.toContain('node_modules')
})
