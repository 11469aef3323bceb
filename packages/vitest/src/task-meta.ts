import type { EnvironmentInfo, TestInfo } from '@testrig/core/driver-info'
import type { RunnerTestCase, RunnerTestFile } from 'vitest'

/** What a worker tells the reporter, with the results of tests and files: plain data, which reports of shards keep. */
interface TestrigMeta {
  /** Of a file: the environments that its tests used. */
  environments?: EnvironmentInfo[]
  /** Of a test: the drivers that it used. */
  used?: TestInfo['used'][number][]
}

declare module 'vitest' {
  interface TaskMeta {
    /** What driver info recorded. */
    testrig?: TestrigMeta
  }
}

/** Tells of an environment that a file used. */
export function tellEnvironment({ meta }: RunnerTestFile, info: EnvironmentInfo): void {
  meta.testrig ??= {}
  meta.testrig.environments = [...(meta.testrig.environments ?? []), info]
}

/** Tells of the drivers that a test used; a further attempt at it may use those of another environment. */
export function tellUse({ meta }: RunnerTestCase, environment: string, drivers: readonly string[]): void {
  meta.testrig ??= {}
  const others = meta.testrig.used?.filter((each) => each.environment !== environment) ?? []
  meta.testrig.used = [...others, { environment, drivers }]
}
