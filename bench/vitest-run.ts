import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { inTurns, median, pairedShift, rounded } from './statistics.ts'

const ROOT = resolve(import.meta.dirname, '..')
const PACKAGES = ['core', 'driver-app', 'vitest']

const PROGRAM = `console.log('ready'); setInterval(() => {}, 1e6)`

const BARE = `
import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
let child
beforeAll(() => new Promise((resolve) => {
  child = spawn(process.execPath, ['-e', ${JSON.stringify(PROGRAM)}], { stdio: ['ignore', 'pipe', 'ignore'] })
  child.stdout.once('data', resolve)
}))
afterAll(() => new Promise((resolve) => {
  child.once('exit', resolve)
  child.kill()
}))
test('the program runs', () => expect(child.pid).toBeGreaterThan(0))
`

const TESTRIG = `
import { environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { fixtures } from '@testrig/vitest'
import { expect } from 'vitest'
const test = fixtures(environment().add('app', () => new App({
  binary: process.execPath, args: ['-e', ${JSON.stringify(PROGRAM)}], stdoutRegexps: [/ready/],
})))
test('the program runs', ({ app }) => expect(app.pid).toBeGreaterThan(0))
`

const CONFIG = `export default { test: { setupFiles: ['./mark.js'] } }`

/** The setup file: notes when Vitest has come to the test file. */
const MARK = `
import { writeFileSync } from 'node:fs'
writeFileSync('mark', String(performance.timeOrigin + performance.now()))
`

interface Run {
  /** Milliseconds of Vitest's own start, until it comes to the file: the same for both files. */
  readonly startMs: number
  /** Milliseconds from there until Vitest has ended. */
  readonly fileMs: number
}

/**
 * Whole Vitest runs of one file: a process spawned by hand in beforeAll against the same as a fixture. Vitest's own
 * start, of which most of a run and nearly all of its noise consists, is told from the rest and counts for both with
 * the median of all runs; what the fixture adds is taken from pairs of runs.
 */
export async function vitestRun(turns: number): Promise<Readonly<Record<string, number>>> {
  const folder = mkdtempSync(join(tmpdir(), 'testrig-bench-'))
  try {
    installPackages(join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'bare.test.js'), BARE)
    writeFileSync(join(folder, 'testrig.test.js'), TESTRIG)
    writeFileSync(join(folder, 'vitest.config.js'), CONFIG)
    writeFileSync(join(folder, 'mark.js'), MARK)
    mkdirSync(join(folder, 'tmp'))
    const [bare, testrig] = await inTurns(
      turns,
      () => run(folder, 'bare'),
      () => run(folder, 'testrig'),
    )
    const startMs = median([...bare, ...testrig].map((run) => run.startMs))
    const bareFileMs = bare.map((run) => run.fileMs)
    const overheadMs = pairedShift(
      bareFileMs,
      testrig.map((run) => run.fileMs),
    )
    const bareMs = startMs + median(bareFileMs)
    return {
      bareMs: rounded(bareMs),
      testrigMs: rounded(bareMs + overheadMs),
      overheadMs: rounded(overheadMs),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function run(folder: string, name: string): Promise<Run> {
  const start = performance.timeOrigin + performance.now()
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', `${name}.test.js`], {
    cwd: folder,
    env: { ...process.env, TMPDIR: join(folder, 'tmp') }, // What earlier runs have kept elsewhere would be looked at.
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`The run of ${name}.test.js failed:\n${stdout}\n${stderr}`)
  const mark = Number(readFileSync(join(folder, 'mark'), 'utf8'))
  return { startMs: mark - start, fileMs: performance.timeOrigin + performance.now() - mark }
}

/** Lays the built packages out as npm would, with their dependencies linked. */
function installPackages(modules: string): void {
  for (const name of PACKAGES) {
    const source = join(ROOT, 'packages', name)
    const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
    const target = join(modules, manifest.name)
    mkdirSync(target, { recursive: true })
    cpSync(join(source, 'dist'), join(target, 'dist'), { recursive: true })
    writeFileSync(join(target, 'package.json'), JSON.stringify({ ...manifest, ...manifest.publishConfig }))
    for (const dependency of Object.keys(manifest.dependencies ?? {}))
      linkModule(join(source, 'node_modules', dependency), join(modules, dependency))
  }
  linkModule(join(import.meta.dirname, 'node_modules', 'vitest'), join(modules, 'vitest'))
}

function linkModule(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true })
  if (!readdirSync(dirname(target)).includes(target.split('/').at(-1) as string))
    symlinkSync(realpathSync(source), target, 'dir')
}
