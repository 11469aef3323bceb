import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DriverInfoReport } from '@testrig/core/driver-info'
import type { Project, VitestRun } from './installation.ts'

export const DIRECTORY = '.testrig/driver-info'

/** Projects whose configuration switches driver info on. */
export const CONFIG = `import { testrig } from '@testrig/vitest/plugin'
  export default { plugins: [testrig({ driverInfo: true })], test: { include: ['**/*.test.ts'] } }`

export const ENVIRONMENT = `import { environment } from '@testrig/core'
  import { Part } from './part.ts'
  export default environment()
    .add('db', () => new Part())
    .add('app', () => new Part({ fail: process.env.FAIL }), { after: ['db'] })
    .add('other', () => new Part())`

/** A file with a test for each driver that it names. */
export function testFile(drivers: readonly string[], options = '{}'): string {
  return `import { fixtures } from '@testrig/vitest'
    import environment from './environment.ts'
    const test = fixtures(environment, ${options})
    ${drivers.map((driver) => `test('uses ${driver}', ({ ${driver} }) => {})`).join('\n')}`
}

/** The report that a run has written; undefined when there is none. */
export function reportOf(project: Project, directory = DIRECTORY): DriverInfoReport | undefined {
  const folder = join(project.folder, directory)
  if (!existsSync(join(folder, 'index.html')) || !existsSync(join(folder, 'report.json'))) return undefined
  return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))
}

/** The files and drivers of each environment, and the tests with their drivers. */
export function outlineOf(report: DriverInfoReport | undefined): object | undefined {
  if (report === undefined) return undefined
  const { environments, tests } = report
  const started = environments.map(({ scope, files, drivers }) => ({
    scope,
    files,
    started: drivers.filter(({ start }) => start.length > 0).map(({ name }) => name),
  }))
  const used = tests.map(({ name, file, project, state, used }) => {
    const test = [project, file, ...name].filter((each) => each !== '').join(' > ')
    return `${test}: ${state}, ${used.map(({ drivers }) => drivers.join(', ')).join('; ')}`
  })
  return { environments: started, tests: used.sort() }
}

/** What the reporter printed, without times. */
export function summaryOf({ output }: VitestRun): string {
  const lines = output.split('\n').filter((line) => /^ {4,}(Drivers|Failed|Report) {2}/.test(line))
  return lines.join('\n').replaceAll(/\d+ ms/g, '<n> ms')
}
