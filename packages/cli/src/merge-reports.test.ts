import type { DriverInfoReport } from '@testrig/core/driver-info'
import { expect, test } from 'vitest'
import { mergeReports } from './merge-reports.ts'

function report(second: number, ...environments: readonly string[]): DriverInfoReport {
  return {
    version: 1,
    createdAt: new Date(second * 1_000).toISOString(),
    environments: environments.map((id) => ({
      id,
      scope: 'file',
      files: [`written at ${second}`],
      startedAt: Number.parseInt(id.replace(/\D/g, ''), 10),
      readyAt: 0,
      drivers: [],
      sampledAt: [],
      externals: [],
      edges: [],
      criticalPath: [],
      failures: [],
    })),
    tests: environments.map((environment) => ({
      name: ['answers'],
      file: 'app.test.ts',
      project: '',
      state: second === 1 ? 'failed' : 'passed',
      duration: 1,
      errors: [],
      used: [{ environment, drivers: ['app'] }],
    })),
  }
}

test('environments of all reports are in the order of their starts', () => {
  const merged = mergeReports([report(1, 'e3'), report(2, 'e1', 'e2')])
  expect(merged.environments.map(({ id }) => id)).toEqual(['e1', 'e2', 'e3'])
})

test('a test that several runs ran is there once for each', () => {
  const { tests } = mergeReports([report(1, 'e1'), report(2, 'e2')])
  expect(tests.map(({ state, used }) => [state, used[0]?.environment])).toEqual([
    ['failed', 'e1'],
    ['passed', 'e2'],
  ])
})

test('of what stands in several reports, the one that was written last counts, in whichever order they are given', () => {
  for (const reports of [
    [report(1, 'e1'), report(2, 'e1')],
    [report(2, 'e1'), report(1, 'e1')],
  ]) {
    const { environments, tests } = mergeReports(reports)
    expect(environments.map(({ files }) => files)).toEqual([['written at 2']])
    expect(tests.map(({ state }) => state)).toEqual(['passed'])
  }
})
