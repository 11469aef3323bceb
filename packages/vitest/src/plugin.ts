import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject, Vite, Vitest } from 'vitest/node'
import { driverInfoOptions } from './driver-info-options.ts'
import { printWorkerFailures } from './print-worker-failures.ts'
import { checkProjectOptions, FAILURES_KEY, type ProjectOptions } from './project-options.ts'

export type { DriverInfoOptions } from './driver-info-options.ts'
export type { ProjectOptions } from './project-options.ts'

const OWN_IMPORT = /(['"])@testrig\/vitest\1/

/** Options of `environmentOptions` that hold a project's environment. */
interface WithProject {
  testrig?: ProjectOptions
}

/**
 * The Vite plugin: gives a project its environment, has edits of its file run the tests that use it again, and reports
 * drivers of a worker that fail to stop.
 *
 * @throws OPTION_UNKNOWN, OPTION_INVALID
 */
export function testrig(options: ProjectOptions = {}): Vite.Plugin {
  const project = checkProjectOptions('testrig()', options)
  const failures = join(tmpdir(), `testrig-failures-${randomUUID()}`)
  return {
    name: 'testrig',
    config: () => {
      if (project.environment === undefined) return {}
      return { test: { environment: 'testrig', environmentOptions: { testrig: { ...project } } } } as object
    },
    async configureVitest({ vitest, project }: { vitest: Vitest; project: TestProject }) {
      const { driverInfo = options.driverInfo } = completedOptions(project)
      project.provide(FAILURES_KEY as never, failures as never)
      printWorkerFailures(vitest, failures)
      const info = driverInfoOptions(driverInfo)
      if (info === undefined) return
      const { DriverInfoReporter } = await import('./driver-info-reporter.ts')
      DriverInfoReporter.of(vitest).record(project, info)
    },
    transform(code, id) {
      if (id.includes('/node_modules/') || !OWN_IMPORT.test(code)) return undefined
      const path = environmentFile(this.environment.config)
      if (path === undefined || path === id) return undefined
      return { code: `${code}\nimport ${JSON.stringify(path)}`, map: null }
    },
  } as Vite.Plugin
}

/**
 * Completes the options of a project for its workers, and gives them as they were: workers do not know the project's root
 * by any documented way, and what driver info records is told to them by other means.
 */
function completedOptions({ config }: TestProject): ProjectOptions {
  const options = config.environmentOptions as WithProject | undefined
  if (options?.testrig === undefined) return {}
  const { environment, driverInfo, ...others } = options.testrig
  const absolute = environment === undefined ? {} : { environment: resolve(config.root, environment) }
  // Projects that extend one configuration may share the object.
  config.environmentOptions = {
    ...options,
    testrig: { ...others, ...absolute },
  } as typeof config.environmentOptions
  return checkProjectOptions('environmentOptions.testrig', options.testrig)
}

/** The file of the project's environment, in the form of Vite's module ids. */
function environmentFile(config: object): string | undefined {
  const { root, test } = config as { root: string; test?: { environmentOptions?: WithProject } }
  const { environment } = test?.environmentOptions?.testrig ?? {}
  return environment === undefined ? undefined : resolve(root, environment).replaceAll('\\', '/')
}
