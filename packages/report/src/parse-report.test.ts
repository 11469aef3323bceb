import { expect, test } from 'vitest'
import { sampleReport } from '../test/sample-report.ts'
import { parseReport } from './parse-report.ts'
import { renderReport } from './render-report.ts'

/** What reading a text fails with. */
function failure(text: string): unknown {
  try {
    return parseReport(text, 'out/report.json')
  } catch (error) {
    return error
  }
}

test('a report that was written is read as it was', () => {
  expect(parseReport(JSON.stringify(sampleReport()))).toEqual(sampleReport())
})

test('what a later report has beside is kept', () => {
  const report = { ...sampleReport(), later: { more: true } }
  expect(parseReport(JSON.stringify(report))).toEqual(report)
})

test('a text that is cut off is an error that says where', () => {
  expect(failure(JSON.stringify(sampleReport()).slice(0, 40))).toMatchInlineSnapshot(
    `[TestrigError [REPORT_INVALID]: out/report.json is not JSON: Unterminated string in JSON at position 40 (line 1 column 41). Give the whole text of a report.json.]`,
  )
})

test('a report of a newer version is an error that says what to do', () => {
  expect(failure(JSON.stringify({ ...sampleReport(), version: 2 }))).toMatchInlineSnapshot(
    `[TestrigError [REPORT_VERSION]: out/report.json is a driver-info report of version 2, this Testrig reads version 1. It was written by a newer Testrig: update @testrig/report.]`,
  )
})

test('a report of an older version is an error that says what to do', () => {
  expect(failure(JSON.stringify({ ...sampleReport(), version: 0 }))).toMatchInlineSnapshot(
    `[TestrigError [REPORT_VERSION]: out/report.json is a driver-info report of version 0, this Testrig reads version 1. It was written by an older Testrig: run the tests again.]`,
  )
})

test('JSON of another form is an error that names the place', () => {
  const { environments, ...rest } = sampleReport()
  expect(failure('[]')).toMatchInlineSnapshot(
    `[TestrigError [REPORT_INVALID]: out/report.json is no driver-info report: \`version\` is missing. The form of a report is in report.schema.json of @testrig/report.]`,
  )
  expect(
    failure(JSON.stringify({ ...rest, environments: [{ ...environments[0], drivers: 'many' }] })),
  ).toMatchInlineSnapshot(
    `[TestrigError [REPORT_INVALID]: out/report.json is no driver-info report: \`environments.0.drivers\` is 'many' (string), expected Array. The form of a report is in report.schema.json of @testrig/report.]`,
  )
  expect(failure(JSON.stringify(rest))).toMatchInlineSnapshot(
    `[TestrigError [REPORT_INVALID]: out/report.json is no driver-info report: \`environments\` is missing. The form of a report is in report.schema.json of @testrig/report.]`,
  )
})

test('what is rendered is checked too', async () => {
  const report = { ...sampleReport(), version: 3 } as never
  await expect(renderReport(report)).rejects.toMatchObject({ code: 'REPORT_VERSION' })
})
