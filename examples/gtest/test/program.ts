import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const example = join(import.meta.dirname, '..')

export const sources: readonly string[] = [
  join(example, 'src/rates_client.cpp'),
  join(example, 'test/rates_client_test.cpp'),
]

/** The compiled tests. */
export const binary: string = join(example, 'build/rates_client_test')

/** What is missing to compile them; CI has it all. */
export const missing: string | undefined =
  process.env.CI === 'true' ||
  (existsSync('/usr/include/gtest/gtest.h') && spawnSync('g++', ['--version']).status === 0)
    ? undefined
    : 'needs g++ and libgtest-dev'
