import { toJsonSchema } from '@valibot/to-json-schema'
import { parse } from 'valibot'
import { expect, test } from 'vitest'
import { failingReport } from '../test/failing-report.ts'
import { sampleReport } from '../test/sample-report.ts'
import { reportSchema } from './report-schema.ts'

test('the schema knows everything that a report has', () => {
  // What a schema does not name is missing from its output.
  expect(parse(reportSchema, sampleReport())).toEqual(sampleReport())
  expect(parse(reportSchema, failingReport())).toEqual(failingReport())
})

test('report.schema.json says the same', async () => {
  const { $schema, ...form } = toJsonSchema(reportSchema, { ignoreActions: ['finite'] })
  const schema = { $schema, title: 'Driver info of Testrig, version 1', ...form }
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(
    '../schema/report.schema.json',
  )
})
