import type { CaseResult, Failure, Report } from './report.ts'

interface Element {
  readonly [name: string]: unknown
}
interface TestCase extends Element {
  readonly name?: string
  readonly classname?: string
}

const NO_CLASS = 'test' // What the reporter of Node.js writes for cases that are in no suite.

/** Reads JUnit XML: one suite, or a document of suites, nested or not. */
export async function readJUnit(xml: string): Promise<Report> {
  const { XMLParser, XMLValidator } = await import('fast-xml-parser')
  const valid = XMLValidator.validate(xml)
  if (valid !== true)
    return { results: [], outside: [], gap: `its report is no whole XML (${valid.err.msg})` }
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    textNodeName: '#text',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    htmlEntities: true, // Numeric ones too, such as those of line breaks in attributes.
    isArray: (name) => ['testsuite', 'testcase', 'failure', 'error', 'skipped', 'system-out'].includes(name),
  })
  const document = parser.parse(xml) as Element
  const root = (document.testsuites || document) as Element
  const suites = elements(root, 'testsuite')
  const outer = suites.length === 1 && elements(root, 'testcase').length === 0 ? suites[0] : undefined
  const results = outer !== undefined && isProgram(outer) ? casesIn(outer, []) : casesIn(root, [])
  if (document.testsuites === undefined && suites.length === 0)
    return { results, outside: [], gap: 'its report has no test suites' }
  return { results, outside: [] }
}

/** An only suite whose cases are of classes is the program itself, as in the report of pytest. */
function isProgram(suite: Element): boolean {
  const cases = elements(suite, 'testcase') as readonly TestCase[]
  const { name } = suite
  return (
    elements(suite, 'testsuite').length === 0 &&
    cases.every(({ classname }) => classname && classname !== name)
  )
}

/** All cases below an element, in its order as far as it is kept: cases, then suites. */
function casesIn(element: Element, path: readonly string[]): CaseResult[] {
  const cases = (elements(element, 'testcase') as readonly TestCase[]).map((each) => resultOf(each, path))
  const suites = elements(element, 'testsuite').flatMap((suite) => {
    const { name } = suite
    return casesIn(suite, typeof name === 'string' && name !== '' ? [...path, name] : path)
  })
  return [...cases, ...suites]
}

function resultOf(testCase: TestCase, path: readonly string[]): CaseResult {
  const { classname = '', time } = testCase
  const name = testCase.name || 'unnamed'
  const group = classname === '' || classname === path.at(-1) || classname === NO_CLASS || classname === name
  const failures = [
    ...elements(testCase, 'failure').map((each) => failureOf(each, 'AssertionError')),
    ...elements(testCase, 'error').map((each) => failureOf(each, 'Error')),
  ]
  const skipped = elements(testCase, 'skipped')
  const duration = Number(time) * 1_000
  return {
    path: [...path, ...(group ? [] : [classname]), name],
    // A case that is expected to fail, such as one that is still to be done, is both.
    status: skipped.length > 0 ? 'skipped' : failures.length > 0 ? 'failed' : 'passed',
    failures,
    duration: Number.isFinite(duration) ? duration : undefined,
    note: textOf(skipped[0]?.message) || undefined,
    output: elements(testCase, 'system-out')
      .map((each) => textOf(each['#text']))
      .join('\n'),
  }
}

function failureOf(element: Element, name: string): Failure {
  const [text, message] = [textOf(element['#text']).trim(), textOf(element.message).trim()]
  const whole = text.includes(message) ? text : `${message}\n${text}`.trim()
  const places = [...text.matchAll(/^(?:.*[\s(])?([^\s():]+\.\w+):(\d+):/gm)]
  const [, file, line] = places.at(-1) ?? []
  const place = file === undefined ? {} : { file, line: Number(line) }
  return {
    message: whole || 'failed, and its report does not tell why',
    name: nameOf(element) ?? name,
    ...place,
  }
}

function nameOf({ type }: Element): string | undefined {
  return typeof type === 'string' && /^[\w.]*(Error|Exception|Failure)$/.test(type) ? type : undefined
}

/** Children of a name; an element without attributes and children is a text to the parser. */
function elements(parent: Element, name: string): readonly Element[] {
  const found = (parent[name] ?? []) as readonly (Element | string)[]
  return found.map((each) => (typeof each === 'string' ? { '#text': each } : each))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
