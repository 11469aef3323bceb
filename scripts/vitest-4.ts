// Runs the tests of @testrig/vitest and @testrig/process-test against the oldest major version of Vitest that it supports. That version is
// installed once, into a cache folder outside the repo. Output is shown on failure only.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const VERSION = '4.1.12'
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'testrig', `vitest-${VERSION}`)

if (!existsSync(cache)) install()
const programs = ['gtest', 'programs'].map((name) => `packages/process-test/test/${name}.test.ts`)
const tests = ['--project=vitest', '--project=process-test', 'packages/vitest/test', ...programs]
run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...tests], {
  env: { ...process.env, TESTRIG_TEST_VITEST: cache },
})

/** A folder gets its name when all is in it, so that an installation that was broken off is not taken for one. */
function install(): void {
  mkdirSync(dirname(cache), { recursive: true })
  const folder = mkdtempSync(`${cache}-`)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', `vitest@${VERSION}`], { cwd: folder })
  try {
    renameSync(folder, cache)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    if (!existsSync(cache)) throw error
  }
}

function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv },
): void {
  const shell = process.platform === 'win32'
  const { status, stdout, stderr, error } = spawnSync(program, args, { ...options, encoding: 'utf8', shell })
  if (status === 0) return
  console.error(`$ ${program} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`)
  process.exit(1)
}
