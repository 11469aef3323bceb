import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../test/fixtures/temporary-directory.ts'

const TAKER = join(import.meta.dirname, '../test/fixtures/runpath-taker.ts')

/** No process has so high a number. */
const DEAD = '4194305-1'

describe('a directory given by the user', () => {
  const takers: ChildProcess[] = []

  /** What each of the processes answers that take a directory at the same moment. */
  const answers = (message: object) =>
    Promise.all(
      takers.map(async (taker) => {
        const answer = once(taker, 'message')
        taker.send(message)
        return (await answer)[0] as string
      }),
    )

  beforeAll(async () => {
    for (let count = 0; count < 4; count += 1) takers.push(fork(TAKER))
    await answers({})
  })

  afterAll(() => {
    for (const taker of takers) taker.kill('SIGKILL')
  })

  test.for<[string, string[]]>([
    ['', []],
    [', although one was killed while it took it', ['']],
    [', although two were killed while they took it, one after the other', ['', `.after-${DEAD}`]],
  ])('goes to one of the processes that take it at the same time%s', async ([, locks]) => {
    const directory = temporaryDirectory()
    for (let count = 0; count < 20; count += 1) {
      const path = join(directory, String(count))
      mkdirSync(path)
      for (const lock of locks) symlinkSync(DEAD, join(path, `.testrig-taking${lock}`))
      const got = await answers({ path, at: Date.now() + 5 })
      expect(got.toSorted()).toEqual([...Array(3).fill('RUNPATH_IN_USE'), 'taken'])
      expect(readdirSync(path)).toEqual(['.testrig'])
    }
  })
})
