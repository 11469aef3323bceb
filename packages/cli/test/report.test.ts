import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testrig } from './cli.ts'
import { folderWith } from './folder.ts'

function report(id: string): string {
  const environment = {
    id,
    scope: 'file',
    files: ['app.test.ts'],
    startedAt: 1,
    readyAt: 2,
    drivers: [],
    sampledAt: [],
    externals: [],
    edges: [],
    criticalPath: [],
    failures: [],
  }
  return JSON.stringify({
    version: 1,
    createdAt: '2026-01-01T00:00:00Z',
    environments: [environment],
    tests: [],
  })
}

test('the reports of several runs become one', async () => {
  const cwd = folderWith({ 'a/report.json': report('one'), 'b/report.json': report('other') })
  const { code, out, err } = await testrig(['report', 'a/report.json', 'b/report.json', '--out', 'all'], {
    cwd,
  })
  expect([code, out, err]).toEqual([0, 'all/index.html\n', ''])
  const merged = JSON.parse(readFileSync(join(cwd, 'all/report.json'), 'utf8'))
  expect(merged.environments.map(({ id }: { id: string }) => id)).toEqual(['one', 'other'])
  expect(readFileSync(join(cwd, 'all/index.html'), 'utf8')).toContain('<!doctype html>')
})

test('what is no report is told with its path', async () => {
  const cwd = folderWith({ 'empty.json': '{}', 'new.json': '{ "version": 99 }' })
  const told: string[] = []
  for (const args of [['missing.json'], ['empty.json'], ['new.json']]) {
    const { code, err } = await testrig(['report', ...args, '--out=all'], { cwd })
    expect(code).toBe(1)
    told.push(err)
  }
  expect(told.join('')).toMatchInlineSnapshot(`
    "testrig [CLI_REPORT]: The report missing.json could not be read: there is no such file.
    testrig [REPORT_INVALID]: empty.json is no driver-info report: \`version\` is missing. The form of a report is in report.schema.json of @testrig/report.
    testrig [REPORT_VERSION]: new.json is a driver-info report of version 99, this Testrig reads version 1. It was written by a newer Testrig: update @testrig/report.
    "
  `)
})
