import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { DriverInfoReport, EnvironmentInfo, TestInfo } from '@testrig/core/driver-info'
import type { TestCase, TestModule } from 'vitest/node'

/** The report of what the tests of these files used; `root` is where paths of files start. */
export function collectReport(modules: readonly TestModule[], root: string): DriverInfoReport {
  const environments = new Map<string, EnvironmentInfo>()
  for (const module of modules) {
    for (const info of module.meta().testrig?.environments ?? [])
      environments.set(info.id, joined(environments.get(info.id), { ...info, files: [pathOf(module, root)] }))
  }
  return {
    version: 1,
    createdAt: new Date().toISOString(),
    environments: [...environments.values()].sort((one, other) => one.startedAt - other.startedAt),
    tests: modules.flatMap((module) => testsOf(module, pathOf(module, root), environments)),
  }
}

/** Of an environment that several files used, each file tells what was known at its end: what is known last holds. */
function joined(known: EnvironmentInfo | undefined, told: EnvironmentInfo): EnvironmentInfo {
  if (known === undefined) return told
  const files = [...new Set([...known.files, ...told.files])].sort()
  return { ...(lastKnown(known) > lastKnown(told) ? known : told), files }
}

function lastKnown({ startedAt, sampledAt, readyAt, stoppedAt }: EnvironmentInfo): number {
  return stoppedAt ?? Math.max(startedAt, readyAt, ...sampledAt)
}

/** Of a worker that broke off there are tests, but not what it would have told of the environments at its end. */
function testsOf(module: TestModule, file: string, known: ReadonlyMap<string, unknown>): TestInfo[] {
  return [...module.children.allTests()].flatMap((test) => {
    const used = (test.meta().testrig?.used ?? []).filter(({ environment }) => known.has(environment))
    return used.length === 0 ? [] : [testInfo(test, file, used)]
  })
}

function testInfo(test: TestCase, file: string, used: TestInfo['used']): TestInfo {
  const { state, errors } = test.result()
  return {
    name: namesOf(test),
    file,
    project: test.project.name,
    state: state === 'pending' ? 'skipped' : state,
    duration: test.diagnostic()?.duration ?? 0,
    errors: (errors ?? []).map(({ name, message }) => stripVTControlCharacters(`${name}: ${message}`)),
    used,
  }
}

function namesOf(test: TestCase): string[] {
  const names = [test.name]
  for (let { parent } = test; parent.type === 'suite'; parent = parent.parent) names.unshift(parent.name)
  return names
}

/** Where a file is, also when another machine has run it. */
function pathOf({ project, relativeModuleId }: TestModule, root: string): string {
  return join(relative(root, project.config.root), relativeModuleId).replaceAll('\\', '/')
}
