import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject, Vite, Vitest } from 'vitest/node'
import { printWorkerFailures } from './print-worker-failures.ts'
import { checkProjectOptions, FAILURES_KEY, type ProjectOptions } from './project-options.ts'

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
    configureVitest({ vitest, project }: { vitest: Vitest; project: TestProject }) {
      makeAbsolute(project)
      project.provide(FAILURES_KEY as never, failures as never)
      printWorkerFailures(vitest, failures)
    },
    transform(code, id) {
      if (id.includes('/node_modules/') || !OWN_IMPORT.test(code)) return undefined
      const path = environmentFile(this.environment.config)
      if (path === undefined || path === id) return undefined
      return { code: `${code}\nimport ${JSON.stringify(path)}`, map: null }
    },
  } as Vite.Plugin
}

/** Workers do not know the project's root by any documented way. */
function makeAbsolute({ config }: TestProject): void {
  const options = config.environmentOptions as WithProject | undefined
  if (options?.testrig?.environment === undefined) return
  const environment = resolve(config.root, options.testrig.environment)
  // Projects that extend one configuration may share the object.
  config.environmentOptions = {
    ...options,
    testrig: { ...options.testrig, environment },
  } as typeof config.environmentOptions
}

/** The file of the project's environment, in the form of Vite's module ids. */
function environmentFile(config: object): string | undefined {
  const { root, test } = config as { root: string; test?: { environmentOptions?: WithProject } }
  const { environment } = test?.environmentOptions?.testrig ?? {}
  return environment === undefined ? undefined : resolve(root, environment).replaceAll('\\', '/')
}
