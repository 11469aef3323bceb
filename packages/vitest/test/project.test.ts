import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { installation, type Project } from './installation.ts'

const installed = installation()

const files = {
  'vitest.config.ts': `import { testrig } from '@testrig/vitest/plugin'
    export default { plugins: [testrig({ environment: './test/environment.ts' })] }`,
  'test/parts.ts': `import { Part } from '../part.ts'
    export enum Kind { Http = 1 }
    export class App extends Part { kind = Kind.Http }`,
  'test/environment.ts': `import { environment } from '@testrig/core'
    import { App } from './parts.ts'
    ;(globalThis as any).evaluations = ((globalThis as any).evaluations ?? 0) + 1
    export default environment().add('app', () => new App())`,
  'test/app.test.ts': `import { expect } from 'vitest'
    import { test } from '@testrig/vitest'
    import { App, Kind } from './parts.ts'
    import environment from './environment.ts'
    test('classes are the same', ({ app }) => { expect(app).toBeInstanceOf(App); expect(app.kind).toBe(Kind.Http) })
    test('the file is evaluated once', () => { expect((globalThis as any).evaluations).toBe(1) })`,
}

const withoutPlugin = `export default { test: { environment: 'testrig', environmentOptions: { testrig: { environment: './test/environment.ts' } } } }`

/** The first lines of the run's errors, without what differs between runs. */
async function errorOf(project: Project): Promise<string> {
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(1)
  const text = /TestrigError \[\w+\]: ([\s\S]*?)\n(?:\s+at | ❯|⎯|\n)/.exec(run.output)?.[1] ?? run.output
  return text.replaceAll(project.folder, '<project>')
}

test.for([
  '--pool=forks',
  '--pool=threads',
  '--pool=vmThreads',
  '--pool=vmForks',
  '--no-isolate --maxWorkers=1',
  '--no-isolate --maxWorkers=1 --pool=threads',
])('the environment of the project reaches its tests, with %s', async (options) => {
  const project = installed.project({ ...files, 'test/second.test.ts': files['test/app.test.ts'] })
  const run = await project.run(...options.split(' '))
  expect(run.exitCode, run.output).toBe(0)
  expect(run.notes.filter((line) => line === 'stop app')).toHaveLength(2)
})

test('the options of the Vitest environment are enough, without the plugin', async () => {
  const project = installed.project({ ...files, 'vitest.config.ts': withoutPlugin })
  for (const pool of ['forks', 'vmThreads']) {
    const run = await project.run(`--pool=${pool}`)
    expect(run.exitCode, run.output).toBe(0)
  }
})

test('the environment is loaded natively where Vitest runs without Vite', async () => {
  const project = installed.project({
    ...files,
    'vitest.config.ts': withoutPlugin.replace(
      'test: {',
      'test: { experimental: { viteModuleRunner: false },',
    ),
    'test/parts.ts': `import { Part } from '../part.ts'
      export const Kind = { Http: 1 }
      export class App extends Part { kind = Kind.Http }`,
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
})

test('projects that extend one configuration each have the environment below their root', async () => {
  const environment = (name: string) => `import { environment } from '@testrig/core'
    import { Part } from '../part.ts'
    export default environment().add('${name}', () => new Part())`
  const uses = (name: string) => `import { test } from '@testrig/vitest'
    test('${name}', ({ ${name} }) => {})`
  const project = installed.project({
    'vitest.config.ts': `import { testrig } from '@testrig/vitest/plugin'
      export default { plugins: [testrig({ environment: './environment.ts' })], test: { projects: [
        { extends: true, test: { name: 'one', root: 'one' } },
        { extends: true, test: { name: 'two', root: 'two' } },
      ] } }`,
    'one/environment.ts': environment('app'),
    'one/one.test.ts': uses('app'),
    'two/environment.ts': environment('other'),
    'two/two.test.ts': uses('other'),
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  expect(run.tests).toEqual({ app: 'passed', other: 'passed' })
})

test('projects have environments of their own, also outside their root', async () => {
  const project = installed.project({
    ...files,
    'vitest.config.ts': `import { testrig } from '@testrig/vitest/plugin'
      export default { test: { projects: [
        { root: 'one', plugins: [testrig({ environment: '../test/environment.ts' })], test: { name: 'one' } },
        { root: 'two', plugins: [testrig({ environment: './environment.ts', scope: 'test' })], test: { name: 'two' } },
        { root: 'three', test: { name: 'three' } },
      ] } }`,
    'one/one.test.ts': `import { test } from '@testrig/vitest'
      test('one', ({ app }) => {})`,
    'two/environment.ts': `import { environment } from '@testrig/core'
      import { Part } from '../part.ts'
      export default environment().add('other', () => new Part())`,
    'two/two.test.ts': `import { test } from '@testrig/vitest'
      test('two', ({ other }) => {})`,
    'three/three.test.ts': `import { test } from 'vitest'
      test('three', () => {})`,
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  expect(run.tests).toEqual({ one: 'passed', two: 'passed', three: 'passed' })
  expect([...run.notes].sort()).toEqual([
    'start app',
    'start other',
    'stop app',
    'stop other',
    'up app',
    'up other',
  ])
})

test('a file whose environment comment is another one has no drivers', async () => {
  const project = installed.project({
    ...files,
    'test/app.test.ts': `// @vitest-environment node\n${files['test/app.test.ts']}`,
  })
  expect(await errorOf(project)).toMatchInlineSnapshot(
    `"The \`test\` of '@testrig/vitest' gives the drivers of the project's environment, but none is configured. Add \`testrig({ environment: './test/environment.ts' })\` of '@testrig/vitest/plugin' to the plugins in vitest.config.ts, or use \`fixtures(environment)\`. A file whose comment \`@vitest-environment\` names another one has none either."`,
  )
})

test('without a configuration, the use of test tells how to configure it', async () => {
  const project = installed.project({ ...files, 'vitest.config.ts': 'export default {}' })
  expect(await errorOf(project)).toMatchInlineSnapshot(
    `"The \`test\` of '@testrig/vitest' gives the drivers of the project's environment, but none is configured. Add \`testrig({ environment: './test/environment.ts' })\` of '@testrig/vitest/plugin' to the plugins in vitest.config.ts, or use \`fixtures(environment)\`. A file whose comment \`@vitest-environment\` names another one has none either."`,
  )
})

test('a file that does not exist is told with its path', async () => {
  const project = installed.project({
    ...files,
    'vitest.config.ts': withoutPlugin.replace('environment.ts', 'nowhere.ts'),
  })
  expect(await errorOf(project)).toMatchInlineSnapshot(
    `"The project's environment './test/nowhere.ts' does not exist: there is no file <project>/test/nowhere.ts. Correct \`environment\` in vitest.config.ts; a relative path starts at the project's root."`,
  )
})

test('a default export that is no environment is told', async () => {
  const project = installed.project({ ...files, 'test/environment.ts': 'export default { app: 1 }' })
  expect(await errorOf(project)).toMatchInlineSnapshot(
    `"The default export of <project>/test/environment.ts must be an environment as environment() of @testrig/core declares it, but is { app: 1 }. If it looks like one, two copies of @testrig/core are installed."`,
  )
})

test('an environment that imports @testrig/vitest is refused instead of waiting for itself', async () => {
  const project = installed.project({
    ...files,
    'test/environment.ts': `import type { FixtureOptions } from '@testrig/vitest'\nimport { test } from '@testrig/vitest'\nexport default test`,
  })
  expect(await errorOf(project)).toMatchInlineSnapshot(
    `"<project>/test/environment.ts:2 imports '@testrig/vitest', which waits for that file to be loaded. Declare drivers with '@testrig/core' only; types may come from \`import type\`."`,
  )
})

test('an environment that waits for @testrig/vitest through another module is given up', async () => {
  const project = installed.project({
    ...files,
    'vitest.config.ts': withoutPlugin.replace(
      'environment.ts',
      `environment.ts', loadTimeout: 1500, scope: 'file`,
    ),
    'test/environment.ts': `export { default } from './between.ts'`,
    'test/between.ts': `import { test } from '@testrig/vitest'\nexport default test`,
  })
  expect(await errorOf(project)).toMatchInlineSnapshot(
    `"The project's environment <project>/test/environment.ts was not loaded within 1500 ms. A module that it imports may import '@testrig/vitest', which waits for that file; or raise \`loadTimeout\` in vitest.config.ts."`,
  )
})

test('wrong options are told in the configuration', async () => {
  const config = withoutPlugin.replace("environment.ts'", "environment.ts', logLines: -1")
  expect(await errorOf(installed.project({ ...files, 'vitest.config.ts': config }))).toMatchInlineSnapshot(
    `"environmentOptions.testrig: option \`logLines\` must be an integer from 0 to 10000, but is -1 (number)."`,
  )
})

test('in watch mode, an edit of the environment or of what it imports runs the tests again', async () => {
  const project = installed.project({
    ...files,
    'test/app.test.ts': `import { test } from '@testrig/vitest'
      test('uses the app', ({ app }) => {})`,
  })
  const watch = project.spawn(['watch', '--reporter=default', '--no-color'])
  let output = ''
  for (const stream of [watch.stdout, watch.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const ended = new Promise((done) => watch.on('close', done))
  const idle = (times: number) =>
    expect.poll(() => output.split('Waiting for file changes').length - 1, { timeout: 20_000 }).toBe(times)
  try {
    await idle(1)
    project.write('test/environment.ts', files['test/environment.ts'].replace("'app'", "'app'/* edited */"))
    await idle(2)
    project.write('test/parts.ts', `${files['test/parts.ts']}\n// edited`)
    await idle(3)
    expect(output.match(/RERUN .*/g)?.map((line) => line.trim())).toEqual([
      expect.stringContaining('environment.ts'),
      expect.stringContaining('parts.ts'),
    ])
    expect(project.readNotes().filter((line) => line === 'stop app')).toHaveLength(3)
  } finally {
    watch.kill()
    await ended
  }
})

test('vitest related finds the tests of an environment', async () => {
  const project = installed.project(files)
  const run = await project.related('test/parts.ts')
  expect(run.exitCode, run.output).toBe(0)
  expect(run.tests).toEqual({ 'classes are the same': 'passed', 'the file is evaluated once': 'passed' })
  expect(existsSync(project.notes)).toBe(true)
})
