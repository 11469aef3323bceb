import type { EnvironmentDefinition } from '@testrig/core'
import type { EnvironmentTest } from './fixtures.ts'
import { projectTest } from './project-test.ts'

export type { FixtureOptions, FixtureScope } from './fixture-options.ts'
export { type EnvironmentTest, fixtures } from './fixtures.ts'

/** Tells the types of the project's drivers: `interface Register { environment: typeof environment }`. */
// biome-ignore lint/suspicious/noEmptyInterface: projects augment it
export interface Register {}

/** The drivers of the project's environment. */
export type ProjectDrivers = Register extends { environment: EnvironmentDefinition<infer D> }
  ? D
  : Record<never, never>

/** Vitest's `test` with the drivers of the environment that vitest.config.ts names. */
export const test: EnvironmentTest<ProjectDrivers> = await projectTest<ProjectDrivers>()
