import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reportToMermaid } from '@testrig/core/driver-info'
import { expect, onTestFinished, test } from 'vitest'
import { sampleReport } from '../test/sample-report.ts'
import { parseReport } from './parse-report.ts'
import { renderReport } from './render-report.ts'
import { writeReport } from './write-report.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'testrig-report-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

test('a report is a page, its data and its charts', async () => {
  const directory = join(await folder(), 'deep', 'report')
  const files = await writeReport(sampleReport(), directory)
  expect(files).toEqual({
    html: join(directory, 'index.html'),
    json: join(directory, 'report.json'),
    mermaid: join(directory, 'report.mmd'),
  })
  expect(await readFile(files.html, 'utf8')).toBe(await renderReport(sampleReport()))
  expect(parseReport(await readFile(files.json, 'utf8'))).toEqual(sampleReport())
  expect(await readFile(files.mermaid, 'utf8')).toBe(reportToMermaid(sampleReport()))
})

test('it takes the place of an earlier one, beside other files, and leaves no others', async () => {
  const directory = await folder()
  await writeFile(join(directory, 'index.html'), 'earlier')
  await writeFile(join(directory, 'notes.txt'), 'mine')
  await writeReport(sampleReport(), directory)
  expect((await readdir(directory)).sort()).toEqual(['index.html', 'notes.txt', 'report.json', 'report.mmd'])
  expect(await readFile(join(directory, 'index.html'), 'utf8')).toContain('<!doctype html>')
})

test('reports written at once to one directory are each whole', async () => {
  const directory = await folder()
  const reports = Array.from({ length: 8 }, (_, index) => ({
    ...sampleReport(),
    createdAt: `2026-11-26T09:30:0${index}Z`,
  }))
  await Promise.all(reports.map((report) => writeReport(report, directory)))
  expect(reports).toContainEqual(parseReport(await readFile(join(directory, 'report.json'), 'utf8')))
  expect(await readdir(directory)).toHaveLength(3)
})

test('what cannot be written is an error, and leaves nothing behind', async () => {
  const directory = await folder()
  await mkdir(join(directory, 'report.json'))
  await writeFile(join(directory, 'report.json', 'in-the-way'), '')
  const error = await writeReport(sampleReport(), directory).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'TestrigError [REPORT_NOT_WRITTEN]', code: 'REPORT_NOT_WRITTEN' })
  expect(String(error).replaceAll(directory, '/out')).toContain('could not be written to /out: ')
  expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})
