import { join } from 'node:path'
import type { Installation, Project, VitestRun } from '../../vitest/test/installation.ts'

/** An environment whose only driver is a server `my server`. */
export const ENVIRONMENT = `import { environment } from '@testrig/core'
  import { TCPServer } from '@testrig/driver-tcp'
  export default environment([new TCPServer({ name: 'my server' })])`

/** A project with one test file, in which all of the package, `context`, `environment` and `fixtures` are imported. */
export function trialProject(installed: Installation, body: string): Project {
  return installed.project({
    'environment.ts': ENVIRONMENT,
    'cases.test.ts': `import { context } from '@testrig/core'
      import { gtest, hobbesTest, processTest } from '@testrig/process-test'
      import { fixtures } from '@testrig/vitest'
      import { test } from 'vitest'
      import environment from './environment.ts'
      const { NOTES } = process.env
      ${body}`,
  })
}

/** A program of the tests, as text for a project's files. */
export function program(name: string): string {
  return JSON.stringify(join(import.meta.dirname, 'programs', name))
}

/** What a run prints about the failures of a test or a suite, without what differs between runs. */
export function failuresOf({ output }: VitestRun, ...path: string[]): string {
  const title = ` FAIL  ${['cases.test.ts', ...path].join(' > ')}`
  // Tests that failed alike share one block.
  const blocks = [...output.matchAll(/((?:^ FAIL {2}.*\n)+)([\s\S]*?)(?=^⎯)/gm)]
  const own = blocks.filter(([, titles = '']) => titles.split('\n').includes(title))
  return plain(own.map(([, , text]) => text).join('\n'))
    .replaceAll(/\b\d+ ms|in \d+\.\d+s/g, '<time>')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n')
    .trim()
}

/** The first line of a test's failure. */
export function firstLine({ failures, output }: VitestRun, name: string): string {
  const [line = output] = failures[name]?.[0]?.split('\n') ?? []
  return plain(line)
}

function plain(text: string): string {
  return text
    .replaceAll(/[^\s`]*\/process-test\/test\/programs\//g, '<programs>/')
    .replaceAll(/\/[^\s`]*\/gtest-program-\w+\//g, '<built>/')
    .replaceAll(/\/[^\s`]*\/project-\d+\b/g, '<project>')
    .replaceAll(/\/\S*\/program-\w+/g, '<run>')
    .replaceAll(/0x[\da-f]+/g, '<address>')
}
