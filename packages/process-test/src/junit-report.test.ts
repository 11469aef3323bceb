import { expect, test } from 'vitest'
import { readJUnit } from './junit-report.ts'

async function cases(xml: string) {
  const { results, gap } = await readJUnit(xml)
  return gap ?? results.map(({ path, status }) => `${path.join(' > ')}: ${status}`)
}

test('texts come from attributes, elements and CDATA, with all entities', async () => {
  const { results } = await readJUnit(`<?xml version="1.0"?><testsuite name="a &amp; b">
    <testcase name="fails" time="0.5"><failure message="first&#10;second &lt;x&gt;" type="java.lang.IllegalStateException"><![CDATA[at <1>
at 2]]></failure><system-out>said</system-out></testcase></testsuite>`)
  expect(results).toEqual([
    {
      path: ['a & b', 'fails'],
      status: 'failed',
      failures: [
        {
          message: 'first\nsecond <x>\nat <1>\nat 2',
          name: 'java.lang.IllegalStateException',
        },
      ],
      duration: 500,
      note: undefined,
      output: 'said',
    },
  ])
})

test('an error counts as a failure, and what is expected to fail as skipped', async () => {
  const xml = `<testsuites><testsuite name="a"><testcase name="1"><error/></testcase>
    <testcase name="2"><skipped/><failure/></testcase><testcase name="3"/></testsuite></testsuites>`
  expect(await cases(xml)).toEqual(['a > 1: failed', 'a > 2: skipped', 'a > 3: passed'])
})

test('suites, nested ones too, and classes are in the path, but for an outer suite of classes', async () => {
  const nested = `<testsuites><testcase name="top" classname="test"/><testsuite name="a">
    <testcase name="1" classname="a"/><testsuite name="b"><testcase name="2" classname="B"/></testsuite></testsuite></testsuites>`
  expect(await cases(nested)).toEqual(['top: passed', 'a > 1: passed', 'a > b > B > 2: passed'])
  const classes = `<testsuites><testsuite name="pytest"><testcase name="1" classname="m.A"/><testcase name="2" classname="m"/></testsuite></testsuites>`
  expect(await cases(classes)).toEqual(['m.A > 1: passed', 'm > 2: passed'])
})

test('what is cut off, or no JUnit XML, says so', async () => {
  expect(await cases('<testsuites><testsuite name="a"><testcase name="1"/>')).toMatchInlineSnapshot(
    `"its report is no whole XML (Invalid '[    "testsuites",    "testsuite"]' found.)"`,
  )
  expect(await cases('')).toMatchInlineSnapshot(`"its report is no whole XML (Start tag expected.)"`)
  expect(await cases('<html></html>')).toMatchInlineSnapshot(`"its report has no test suites"`)
  expect(await cases('<testsuites/>')).toEqual([])
})
