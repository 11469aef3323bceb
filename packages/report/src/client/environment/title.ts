import type { EnvironmentInfo } from '@testrig/core/driver-info'
import { plural } from '../format.ts'
import { driversUsed, type Model } from '../model.ts'

/** What a reader knows an environment by: its test, its file, or how many files shared it. */
export function environmentTitle(model: Model, environment: EnvironmentInfo): string {
  const [file, ...more] = environment.files
  if (environment.scope === 'test') {
    const test = model.testsOf(environment)[0]
    if (test) return test.name.join(' › ')
  }
  if (file === undefined) return `Environment ${environment.id}`
  return more.length === 0 ? file : `${file} and ${plural(more.length, 'more file')}`
}

/** What it is listed under: its file, where it has one. */
export function environmentGroup({ files }: EnvironmentInfo): string {
  const [file, ...more] = files
  if (file === undefined) return 'Outside tests'
  return more.length === 0 ? file : 'Shared by files'
}

/** The Vitest projects of the tests that used it. */
export function projectOf(model: Model, environment: EnvironmentInfo): string {
  const projects = new Set(
    model
      .testsOf(environment)
      .filter((test) => driversUsed(test, environment.id).length > 0)
      .map(({ project }) => project),
  )
  return [...projects].filter((project) => project !== '').join(', ')
}
