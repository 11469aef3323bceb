import { spawnSync } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { binary, missing, sources } from './program.ts'

/** Compiles the tests, if they are older than their sources. */
export function setup(): void {
  if (missing !== undefined || sources.every((source) => modified(source) < modified(binary))) return
  mkdirSync(dirname(binary), { recursive: true })
  const flags = ['-std=c++17', '-g', '-Wall', '-Wextra', '-o', binary]
  const { status, stderr } = spawnSync(
    'g++',
    [...flags, ...sources, '-lgtest', '-lgtest_main', '-lpthread'],
    {
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(`The tests do not compile.\n${stderr}`)
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
