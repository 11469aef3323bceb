// What somebody else meets who writes a driver package, and who uses it: the packed packages, installed by npm outside
// the workspace. The package is examples/custom-driver.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const repo = resolve(import.meta.dirname, '..')
const example = join(repo, 'examples/custom-driver')
/** Limits for a busy machine. */
const slow = { timeout: 120_000 }
const folder = mkdtempSync(join(tmpdir(), 'testrig-third-party-'))
const typescript5 = join(folder, 'node_modules/typescript-5/bin/tsc')
/** The oldest that the packages' manifests name. */
const OLDEST_NODE = '22.13.0'
const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']
const NETWORK_ERROR = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT)\b/
/** The compiler that most projects use still, beside that of the repo. */
const TYPESCRIPT_5 = '5.9.3'
/** Its vm pools have a require() of their own, as have those of Vitest 5 on Node 22: it takes CommonJS only. */
const VITEST_4 = '4.1.12'
let unreachable: string | undefined

beforeAll(async () => {
  succeed(await run('node', ['scripts/build.ts'], repo))
  const folders = ['core', 'driver-app', 'report', 'vitest', 'cli'].map((name) => `packages/${name}`)
  const directories = [...folders, 'examples/custom-driver']
  const packed = await Promise.all(directories.map(pack))
  writeJson('package.json', {
    name: 'third-party',
    private: true,
    type: 'module',
    dependencies: Object.fromEntries([
      ...packed,
      ...['vitest', 'typescript', '@types/node', 'valibot'].map(locked),
      ['typescript-5', `npm:typescript@${TYPESCRIPT_5}`],
    ]),
  })
  for (const part of ['src', 'program', 'package.json', 'tsconfig.json'])
    cpSync(join(example, part), join(folder, 'driver', part), { recursive: true })
  const install = await run('npm', INSTALL)
  // npm words the failure as a conflict of versions when it could not reach the registry: ask for something simple.
  if (install.status !== 0 && process.env.CI !== 'true')
    unreachable = NETWORK_ERROR.exec((await run('npm', ['view', 'vitest', 'version'])).output)?.[0]
  if (unreachable === undefined) succeed(install)
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a driver package of somebody else passes testDriver()', slow, async ({ skip }) => {
  skip(unreachable !== undefined, `the package registry cannot be reached: ${unreachable}`)
  const tests = await run('vitest', ['run', '--root', 'driver', '--reporter=tree'])
  expect(tests.output).toContain('✓ Greeter conforms to the driver contract')
  succeed(tests)
})

test(
  'it compiles under strict with TypeScript 7 and 5, with the declarations of all packages checked',
  slow,
  async ({ skip }) => {
    skip(unreachable !== undefined, `the package registry cannot be reached: ${unreachable}`)
    const args = ['-p', 'driver', '--noEmit', '--skipLibCheck', 'false']
    succeed(await run('tsc', args))
    succeed(await run('node', [typescript5, ...args]))
  },
)

test('published, it is used like a driver of Testrig, with one copy of core', slow, async ({ skip }) => {
  skip(unreachable !== undefined, `the package registry cannot be reached: ${unreachable}`)
  mkdirSync(join(folder, 'user'))
  writeFileSync(
    join(folder, 'user/greeter.test.ts'),
    `import { environment } from '@testrig/core'
     import { fixtures } from '@testrig/vitest'
     import { Greeter } from 'testrig-driver-greeter'
     import { expect } from 'vitest'

     const drivers = environment()
       .add('first', () => new Greeter({ greeting: 'Hello' }))
       .add('second', ({ first }) => new Greeter({ greeting: first.language }))
     const test = fixtures(drivers)
     test('greets', async ({ second }) => expect(await second.greet('Ada')).toBe('en, Ada!'))`,
  )
  writeFileSync(
    join(folder, 'user/vitest.config.ts'),
    `import { testrig } from '@testrig/vitest/plugin'
     export default { plugins: [testrig()] }`,
  )
  writeJson('user/tsconfig.json', {
    compilerOptions: { target: 'es2023', module: 'nodenext', types: ['node'], strict: true, noEmit: true },
  })
  succeed(await run('testrig', ['test', 'run', '--root', 'user', '--driver-info']))
  expect(readFileSync(join(folder, 'user/.testrig/driver-info/index.html'), 'utf8')).toContain('Greeter')
  succeed(await run('tsc', ['-p', 'user']))
  succeed(await run('node', [typescript5, '-p', 'user', '--skipLibCheck'])) // The test above has checked them.
  expect(globSync('**/node_modules/@testrig/core/package.json', { cwd: folder })).toHaveLength(1)
})

test('what is compiled is kept for the next worker, with what it has run', slow, async ({ skip }) => {
  skip(unreachable !== undefined, `the package registry cannot be reached: ${unreachable}`)
  writeFileSync(
    join(folder, 'kept.test.js'),
    `import { environment } from '@testrig/core'
     import { App } from '@testrig/driver-app'
     import { fixtures } from '@testrig/vitest'
     import { expect } from 'vitest'

     const args = ['-e', 'console.log("up"); setInterval(() => {}, 1e6)']
     const drivers = environment().add('app', () => new App({ binary: 'node', args, stdoutRegexps: ['up'] }))
     fixtures(drivers)('runs', ({ app }) => expect(app.pid).toBeGreaterThan(0))`,
  )
  const files = () =>
    ['core', 'driver-app', 'vitest'].flatMap((name) =>
      globSync(`node_modules/.cache/testrig/*/${name}-*`, { cwd: folder }),
    )
  const written = () => files().map((file) => statSync(join(folder, file)).ino)
  rmSync(join(folder, 'node_modules/.cache'), { recursive: true, force: true })
  succeed(await run('vitest', ['run', 'kept'], folder, { NODE_DISABLE_COMPILE_CACHE: '1' }))
  expect(files()).toEqual([])
  succeed(await run('vitest', ['run', 'kept']))
  const first = written()
  expect(first).toHaveLength(3)
  succeed(await run('vitest', ['run', 'kept']))
  expect(written()).toEqual(first)
})

test(
  "with source maps on, stacks name lines of the sources, and Node's compile cache has the code",
  slow,
  async ({ skip }) => {
    skip(unreachable !== undefined, `the package registry cannot be reached: ${unreachable}`)
    const program = `import { environment } from '@testrig/core'
    import { App } from '@testrig/driver-app'
    for (const work of [() => environment().add('none', 1), () => new App({ none: 1 })])
      try { work() } catch (error) { console.log(error.stack) }`
    const args = ['--enable-source-maps', '--input-type=module', '--eval', program]
    rmSync(join(folder, 'node_modules/.cache'), { recursive: true, force: true })
    const { output } = await run('node', args)
    const kept = globSync(join(folder, 'node_modules/.cache/testrig/*/*')).map((file) => statSync(file).size)
    expect(Math.max(...kept)).toBeGreaterThan(50_000)
    const frames = [...output.matchAll(/@testrig\/(\S+\.ts):(\d+)/g)]
    const lines = frames.map(([, file, line]) => {
      return readFileSync(join(repo, 'packages', file as string), 'utf8')
        .split('\n')
        [Number(line) - 1]?.trim()
    })
    expect(lines.filter((line) => line?.startsWith('return new TestrigError('))).toHaveLength(2)
    expect(lines).toContain('super(options as AppOptions)')
  },
)

test('Vitest 4 runs an environment in all its pools', slow, async ({ skip }) => {
  skip(unreachable !== undefined, `the package registry cannot be reached: ${unreachable}`)
  const older = join(folder, 'older')
  mkdirSync(older)
  writeJson('older/package.json', { private: true, type: 'module', dependencies: { vitest: VITEST_4 } })
  writeFileSync(
    join(older, 'core.test.ts'),
    `import { environment, own, TestrigError } from '@testrig/core'
     import { DriverInfoRecorder } from '@testrig/core/driver-info'
     import { App, http } from '@testrig/driver-app'
     import { expect, test } from 'vitest'

     test('loads, in the context of the test', () => {
       expect(() => environment('none')).toThrow(TestrigError)
       expect(TestrigError.prototype).toBeInstanceOf(Error)
       expect(DriverInfoRecorder).toBeTypeOf('function')
     })

     test('runs a program, with the parts that are loaded when they are needed', async () => {
       const program = 'require("http").createServer((_, r) => r.end()).listen(process.argv[1], "127.0.0.1")'
       const drivers = environment().add(
         'app',
         () =>
           new App({
             binary: process.execPath,
             args: ['-e', program, own('{{ ports.http }}')],
             ports: { http: 'auto' },
             readiness: [http('/', { port: 'http' })],
           }),
       )
       const running = await drivers.create().start()
       expect(running.drivers.app.pid).toBeGreaterThan(0)
       await running.stop()
     })`,
  )
  succeed(await run('npm', INSTALL, older))
  for (const pool of ['forks', 'threads', 'vmForks', 'vmThreads'])
    succeed(await run('vitest', ['run', `--pool=${pool}`], older))
})

test('the oldest Node reads all that is published', slow, async ({ skip }) => {
  skip(unreachable !== undefined, `the package registry cannot be reached: ${unreachable}`)
  skip(process.platform !== 'linux', 'the package with that Node is for Linux')
  const oldest = join(folder, 'oldest')
  mkdirSync(oldest)
  const node = `npm:node-linux-${process.arch}@${OLDEST_NODE}`
  writeJson('oldest/package.json', { private: true, dependencies: { node } })
  writeFileSync(
    join(oldest, 'read.mjs'),
    `import { globSync, readFileSync } from 'node:fs'
     import { SourceTextModule } from 'node:vm'
     const files = globSync('packages/*/dist/**/*.{js,cjs}')
     for (const file of files) new SourceTextModule(readFileSync(file, 'utf8'), { identifier: file })
     console.log(process.version, files.length > 50)`,
  )
  succeed(await run('npm', INSTALL, oldest))
  const program = join(oldest, 'node_modules/node/bin/node')
  const read = await run(program, ['--experimental-vm-modules', join(oldest, 'read.mjs')], repo)
  succeed(read)
  expect(read.output).toContain(`v${OLDEST_NODE} true`)
})

test('the packed report has its page in it, and makes what the sources make', slow, async ({ skip }) => {
  skip(unreachable !== undefined, `the package registry cannot be reached: ${unreachable}`)
  const report = { version: 1, createdAt: '2026-11-26T09:30:00Z', environments: [], tests: [] } as const
  writeFileSync(
    join(folder, 'report.mjs'),
    `import { writeReport } from '@testrig/report'
     await writeReport(${JSON.stringify(report)}, 'report')`,
  )
  succeed(await run('node', ['report.mjs']))
  const { renderReport } = await import('../packages/report/src/index.ts')
  // The pages are too long to be shown when they differ.
  const isSame = readFileSync(join(folder, 'report/index.html'), 'utf8') === (await renderReport(report))
  expect(isSame).toBe(true)
})

interface Finished {
  readonly command: string
  readonly status: number | null
  readonly output: string
}

async function run(
  program: string,
  args: readonly string[],
  cwd: string = folder,
  environment: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  const bins = [cwd, repo].map((directory) => join(directory, 'node_modules/.bin'))
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    env: {
      ...foreignVariables(),
      NO_COLOR: '1',
      PATH: [...bins, process.env.PATH].join(delimiter),
      ...environment,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const [status] = await once(child, 'close')
  return { command: `${program} ${args.join(' ')}`, status, output }
}

function succeed({ command, status, output }: Finished): void {
  if (status !== 0) throw new Error(`${command} ended with ${status}:\n${output}`)
}

/** Variables without those that the Vitest which runs this file sets for its workers. */
function foreignVariables(): NodeJS.ProcessEnv {
  const own = /^(VITEST.*|TEST|NODE_ENV|MODE|DEV|PROD|SSR|BASE_URL|FORCE_TTY|FORCE_COLOR)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
}

/** Packs a package as `pnpm publish` does; gives its name and where the tarball lies, as npm wants it. */
async function pack(directory: string): Promise<[name: string, specifier: string]> {
  const destination = join(folder, 'packed', directory)
  const source = join(repo, directory)
  succeed(await run('pnpm', ['pack', '--pack-destination', destination], source))
  const [tarball] = globSync('*.tgz', { cwd: destination })
  return [manifest(source).name, `file:${join(destination, tarball as string)}`]
}

/** The version of a package that the repo is locked to. */
function locked(name: string): [name: string, version: string] {
  const places = [example, repo].map((directory) => join(directory, 'node_modules', name))
  return [name, manifest(places.find((place) => existsSync(place)) as string).version]
}

function manifest(directory: string): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
}

function writeJson(path: string, content: object): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), JSON.stringify(content, null, 2))
}
