import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test('a run has one temporary directory, however often it is asked for, and leaves none', () => {
  const shared = mkdtempSync(join(tmpdir(), 'shared-'))
  onTestFinished(() => rmSync(shared, { recursive: true, force: true }))
  const script = resolve('scripts/own-temporary-directory.ts')
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { useOwnTemporaryDirectory } from ${JSON.stringify(script)}
       import { tmpdir } from 'node:os'
       for (let count = 0; count < 20; count++) useOwnTemporaryDirectory()
       console.log(tmpdir())`,
    ],
    { encoding: 'utf8', env: { ...process.env, TMPDIR: shared } },
  )
  expect(stderr).toBe('')
  expect(resolve(stdout.trim(), '..')).toBe(shared)
  expect(existsSync(stdout.trim())).toBe(false)
  expect(readdirSync(shared).filter((name) => !name.startsWith('testrig-ports-'))).toEqual([])
})
