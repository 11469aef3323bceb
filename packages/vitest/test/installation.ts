import { type ChildProcessWithoutNullStreams as Running, spawn } from 'node:child_process'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll } from 'vitest'

const PACKAGES = resolve(import.meta.dirname, '../..')
const INSTALLED = ['core', 'vitest', 'vitest-environment', 'driver-app']

/** Runs a program on a terminal of its own; of util-linux. */
export const terminalProgram = 'script'

/** The result of a run of Vitest. */
export interface VitestRun {
  readonly exitCode: number | null
  /** All that it printed, on both streams. */
  readonly output: string
  /** States of the tests by full name. */
  readonly tests: Readonly<Record<string, string>>
  /** Messages of the tests' failures by full name. */
  readonly failures: Readonly<Record<string, readonly string[]>>
  /** Messages of failed files. */
  readonly files: readonly string[]
  /** Lines that drivers and tests wrote with `note`. */
  readonly notes: readonly string[]
}

/** A folder outside the repo in which this package is installed as npm would: built, and with the Vitest under test. */
export class Installation {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'testrig-vitest-')))
  #projects = 0

  /** @param others folders of packages to install as well */
  constructor(others: readonly string[] = []) {
    const modules = join(this.folder, 'node_modules')
    // Its page is made by a build of its own, out of what is in its folder; Node.js runs the rest as it is.
    mkdirSync(join(modules, '@testrig'), { recursive: true })
    symlinkSync(join(PACKAGES, 'report'), join(modules, '@testrig/report'))
    for (const name of [...INSTALLED, ...others]) install(join(PACKAGES, name), modules)
    const own = resolve(import.meta.dirname, '..')
    const vitest = join(process.env.TESTRIG_TEST_VITEST ?? own, 'node_modules/vitest')
    symlinkSync(realpathSync(vitest), join(modules, 'vitest'))
  }

  /** Writes a project of its own; `note` of ./notes.ts tells the test what happened. */
  project(files: Readonly<Record<string, string>>): Project {
    this.#projects++
    return new Project(join(this.folder, `project-${this.#projects}`), files)
  }
}

/** Installs this package, and others, for the tests of a file. */
export function installation(...others: string[]): Installation {
  const made = new Installation(others)
  afterAll(() => rmSync(made.folder, { recursive: true, force: true }))
  return made
}

const COMMON = {
  'package.json': '{ "type": "module" }',
  'vitest.config.ts': `export default { test: { include: ['**/*.test.ts'] } }`,
  'notes.ts': readFileSync(join(import.meta.dirname, 'fixtures/notes.ts'), 'utf8'),
  'part.ts': readFileSync(join(import.meta.dirname, 'fixtures/part.ts'), 'utf8'),
}

export class Project {
  readonly folder: string
  readonly notes: string
  /** Variables that Vitest is run with. */
  readonly env: Record<string, string> = {}

  constructor(folder: string, files: Readonly<Record<string, string>>) {
    this.folder = folder
    this.notes = join(folder, 'notes.txt')
    for (const [path, text] of Object.entries({ ...COMMON, ...files })) this.write(path, text)
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  /** Runs Vitest on the project. */
  run(...args: string[]): Promise<VitestRun> {
    return this.#vitest('run', ...args)
  }

  /** Runs the tests that depend on a file. */
  related(path: string): Promise<VitestRun> {
    return this.#vitest('related', '--run', path)
  }

  spawn(args: readonly string[]): Running {
    return this.#spawn(process.execPath, [this.#cli, ...args])
  }

  /** Runs Vitest on a terminal: what is written to the standard input is typed. */
  spawnOnTerminal(args: readonly string[]): Running {
    const command = [process.execPath, this.#cli, ...args].map((word) => `'${word}'`).join(' ')
    return this.#spawn(terminalProgram, ['-qefc', command, '/dev/null'])
  }

  /** The notes that are written to their end. */
  readNotes(): string[] {
    return existsSync(this.notes) ? readFileSync(this.notes, 'utf8').split('\n').slice(0, -1) : []
  }

  get #cli(): string {
    return join(dirname(this.folder), 'node_modules/vitest/vitest.mjs')
  }

  #spawn(program: string, args: readonly string[]): Running {
    return spawn(program, args, {
      cwd: this.folder,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...cleanEnvironment(), ...this.env, NOTES: this.notes, NO_COLOR: '1' },
    })
  }

  async #vitest(...args: string[]): Promise<VitestRun> {
    rmSync(this.notes, { force: true })
    const report = join(this.folder, 'report.json')
    rmSync(report, { force: true })
    const child = this.spawn([
      ...args,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ])
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    const exitCode = await new Promise<number | null>((done) => child.on('close', done))
    return { exitCode, output, ...readReport(report), notes: this.readNotes() }
  }
}

/** Without what the Vitest that runs this test sets for its own workers. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const own =
    /^(VITEST.*|TEST|NODE_ENV|MODE|DEV|PROD|SSR|BASE_URL|FORCE_TTY|FORCE_COLOR|CI|GITHUB_ACTIONS|TESTRIG_.*)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
}

interface JsonReport {
  testResults: {
    message: string
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[]
  }[]
}

function readReport(path: string): Pick<VitestRun, 'tests' | 'failures' | 'files'> {
  if (!existsSync(path)) return { tests: {}, failures: {}, files: [] }
  const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as JsonReport
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  return {
    tests: Object.fromEntries(tests.map(({ fullName, status }) => [fullName, status])),
    failures: Object.fromEntries(
      tests.flatMap(({ fullName, failureMessages = [] }) =>
        failureMessages.length > 0 ? [[fullName, failureMessages]] : [],
      ),
    ),
    files: testResults.map(({ message }) => message).filter((message) => message !== ''),
  }
}

/** Puts a package into node_modules in the form in which it is published. */
function install(directory: string, modules: string): void {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const target = join(modules, manifest.name)
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, 'package.json'), JSON.stringify({ ...manifest, ...manifest.publishConfig }))
  const sources = join(directory, 'src')
  for (const file of globSync('**/*.ts', { cwd: sources, exclude: ['**/*.test.ts'] })) {
    const output = join(target, 'dist', file.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(output), { recursive: true })
    writeFileSync(output, built(readFileSync(join(sources, file), 'utf8')))
  }
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const dependency = join(directory, 'node_modules', name)
    const link = join(modules, name)
    if (name === 'vitest' || existsSync(link) || !existsSync(dependency)) continue
    if (name.startsWith('@testrig/')) {
      install(realpathSync(dependency), modules)
      continue
    }
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(realpathSync(dependency), link)
  }
}

/** What the compiler makes of a source, without checking it. */
function built(source: string): string {
  return stripTypeScriptTypes(source).replace(/((?:from|import)\s*\(?\s*['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js')
}
