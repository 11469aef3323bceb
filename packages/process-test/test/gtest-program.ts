import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const SOURCE = join(import.meta.dirname, 'programs/gtest.cpp')

/** Why tests that need GTest are skipped; on CI they are not, but fail. */
export const skipped: string | undefined =
  process.env.CI === 'true' || (existsSync('/usr/include/gtest/gtest.h') && hasCompiler())
    ? undefined
    : 'needs g++ and libgtest-dev'

/** The reason as the end of a title. */
export const reason: string = skipped === undefined ? '' : ` (skipped: ${skipped})`

function hasCompiler(): boolean {
  return spawnSync('g++', ['--version']).status === 0
}

/** Compiles the program of the tests of a file; gives its path. */
export function gtestProgram(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gtest-program-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const program = join(directory, 'cases')
  if (skipped !== undefined) return program
  const { status, stderr } = spawnSync('g++', ['-O0', '-o', program, SOURCE, '-lgtest', '-lpthread'], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return program
}
