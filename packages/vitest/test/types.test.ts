import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const packages = resolve(import.meta.dirname, '../..')
const vitest = join(
  process.env.TESTRIG_TEST_VITEST ?? resolve(import.meta.dirname, '..'),
  'node_modules/vitest',
)

const options = {
  extends: join(packages, '../tsconfig.check.json'),
  compilerOptions: {
    typeRoots: [join(packages, '../node_modules/@types')],
    paths: {
      '@testrig/core': [join(packages, 'core/src/index.ts')],
      '@testrig/vitest': [join(packages, 'vitest/src/index.ts')],
      '@testrig/vitest/plugin': [join(packages, 'vitest/src/plugin.ts')],
      '@testrig/vitest/environment': [join(packages, 'vitest/src/environment.ts')],
      vitest: [join(vitest, 'dist/index.d.ts')],
      'vitest/node': [join(vitest, 'dist/node.d.ts')],
      'vitest/runtime': [join(vitest, 'dist/runtime.d.ts')],
      'vitest/config': [join(vitest, 'dist/config.d.ts')],
    },
  },
  include: ['*.ts'],
  exclude: [],
}

const files = {
  'package.json': '{ "type": "module" }',
  'tsconfig.json': JSON.stringify(options),
  'environment.ts': `import { Driver, environment } from '@testrig/core'
    export class App extends Driver { port = 1 }
    const declared = environment().add('app', () => new App())
    export default declared
    declare module '@testrig/vitest' { interface Register { environment: typeof declared } }`,
  'app.test.ts': `import { expectTypeOf } from 'vitest'
    import { fixtures, test } from '@testrig/vitest'
    import declared, { type App } from './environment.ts'
    test('registered', ({ app }) => { expectTypeOf(app).toEqualTypeOf<App>() })
    // @ts-expect-error there is no such driver
    test('unknown', ({ nope }) => nope)
    fixtures(declared, { scope: 'worker' })('given', ({ app }) => { expectTypeOf(app).toEqualTypeOf<App>() })`,
  'vitest.config.ts': `import { defineConfig } from 'vitest/config'
    import { testrig } from '@testrig/vitest/plugin'
    import environment from '@testrig/vitest/environment'
    void environment
    export default defineConfig({ plugins: [testrig({ environment: './environment.ts', scope: 'file', logLines: 5 })] })`,
}

test('a project registers its environment once and has the types of its drivers', {
  timeout: 120_000,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'testrig-types-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const tsc = join(packages, '../node_modules/typescript/bin/tsc')
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  expect(stdout).toBe('')
})
