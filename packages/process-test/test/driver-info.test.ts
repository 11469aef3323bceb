import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CONFIG, outlineOf, reportOf } from '../../vitest/test/driver-info.ts'
import { installation } from '../../vitest/test/installation.ts'
import { program, trialProject } from './trial-project.ts'

const installed = installation('driver-tcp', 'process-test')

test('driver info tells which drivers a program used, also one that ran at collection, and masks their secrets', async () => {
  const check = `-c', 'test "$DRIVER_MY_SERVER_ATTR_PASSWORD" = hunter2'`
  const project = trialProject(
    installed,
    `processTest(environment, { name: 'with the tests', binary: 'sh', args: ['${check}] })
     processTest(environment, { name: 'tells', binary: 'sh', args: ['-c', 'echo "the password is $DRIVER_MY_SERVER_ATTR_PASSWORD"; exit 1'] })
     processTest(environment, { name: 'before', binary: process.execPath, args: ['--test', '--test-reporter=tap', '--test-name-pattern=connects', ${program('cases.mjs')}], report: 'tap' })`,
  )
  project.write('vitest.config.ts', CONFIG)
  project.write(
    'environment.ts',
    `import { environment } from '@testrig/core'
     import { TCPServer } from '@testrig/driver-tcp'
     class Server extends TCPServer { password = 'hunter2' }
     export default environment([new Server({ name: 'my server' })])`,
  )
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(1)
  expect(run.output).toContain('the password is ***')
  expect(run.output).not.toContain('hunter2')
  expect(outlineOf(reportOf(project))).toMatchInlineSnapshot(`
    {
      "environments": [
        {
          "files": [
            "cases.test.ts",
          ],
          "scope": "file",
          "started": [
            "my server",
          ],
        },
        {
          "files": [
            "cases.test.ts",
          ],
          "scope": "file",
          "started": [
            "my server",
          ],
        },
      ],
      "tests": [
        "cases.test.ts > before > connects: passed, my server",
        "cases.test.ts > tells > ends with exit code 0: failed, my server",
        "cases.test.ts > with the tests > ends with exit code 0: passed, my server",
      ],
    }
  `)
  expect(readFileSync(join(project.folder, '.testrig/driver-info/report.json'), 'utf8')).not.toContain(
    'hunter2',
  )
})
