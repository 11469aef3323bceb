// Throw-away runs of Vitest whose drivers are never stopped: zeromq aborts a process whose thread ends while it waits.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const project = join(import.meta.dirname, '../test/fixtures/leak')
const vitest = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs')
const pools = ['forks', 'threads', 'vmForks', 'vmThreads'] as const

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly { title: string; status: string }[] }[]
}

/** Runs a file of the project; gives how it ended and what became of its tests. */
async function run(pool: string, file: string): Promise<{ exitCode: number; tests: Record<string, string> }> {
  const directory = mkdtempSync(join(tmpdir(), 'zmq-leak-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const report = join(directory, 'report.json')
  const args = [vitest, 'run', '--pool', pool, '--reporter', 'json', '--outputFile', report, file]
  const child = spawn(process.execPath, args, { cwd: project, stdio: 'ignore' })
  const [exitCode] = await once(child, 'exit')
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  return { exitCode, tests: Object.fromEntries(tests.map(({ title, status }) => [title, status])) }
}

test.for(pools)('a run in %s survives drivers that wait and are never stopped', async (pool) => {
  expect(await run(pool, 'leaked')).toEqual({
    exitCode: 0,
    tests: {
      'a message came before the worker ended': 'passed',
      'a subscriber waits': 'passed',
      'a message waits for a peer': 'passed',
    },
  })
})

test.for(pools)('a run in %s reports a test that timed out while it received', async (pool) => {
  expect(await run(pool, 'timed-out')).toEqual({
    exitCode: 1,
    tests: { 'a test times out while it receives': 'failed' },
  })
})
