import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { temporaryDirectory } from '../test/fixtures/temporary-directory.ts'
import { removeOldRunpaths } from './old-runpaths.ts'
import { identify } from './process-identity.ts'
import { temporaryRunpath } from './runpath.ts'

const DAY = 24 * 60 * 60 * 1_000

const dead = '999999999-1'
let parent: string

beforeEach(() => {
  parent = temporaryDirectory()
  vi.stubEnv('TMPDIR', parent)
})

afterEach(() => {
  vi.unstubAllEnvs()
})

function aged(path: string, days: number, owner: string | undefined): string {
  mkdirSync(join(path, 'app'), { recursive: true })
  if (owner === undefined) return path
  const marker = join(path, '.testrig')
  writeFileSync(marker, owner)
  const time = new Date(Date.now() - days * DAY)
  utimesSync(marker, time, time)
  return path
}

test('directories that were kept for a week are removed, and nothing else', async () => {
  const [fresh, old] = [temporaryRunpath(), aged(temporaryRunpath(), 8, dead)]
  const recent = aged(join(parent, 'testrig-recent'), 6, dead)
  const running = aged(join(parent, 'testrig-running'), 8, identify(process.pid))
  const foreign = aged(join(parent, 'testrig-foreign'), 8, undefined)
  const other = aged(join(parent, 'other'), 8, dead)
  await removeOldRunpaths()
  expect([fresh, old, recent, running, foreign, other].map((path) => existsSync(path))).toEqual([
    true,
    false,
    true,
    true,
    true,
    true,
  ])
})

test('of many, a process looks at 20, and the next at others', async () => {
  for (let count = 0; count < 30; count += 1) aged(temporaryRunpath(), 8, dead)
  await removeOldRunpaths()
  expect(readdirSync(parent)).toHaveLength(10)
  await removeOldRunpaths()
  expect(readdirSync(parent)).toEqual([])
})
