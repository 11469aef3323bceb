import type { Driver } from './driver.ts'
import type { Environment } from './environment.ts'
import type { DependencyGraph } from './graph.ts'
import type { GivenValue } from './plan.ts'

/** The name under which failures of the environment itself are reported. */
export const ITSELF = 'environment'

/** What failed, by the name of a driver or of the environment itself. */
export type Failure = readonly [name: string, error: unknown]

/** What happens to an environment. */
export type EnvironmentEvent =
  | { readonly kind: 'starting' }
  /** What was to be started is up, or has failed. */
  | { readonly kind: 'started'; readonly names: readonly string[]; readonly since: number }
  | { readonly kind: 'failed'; readonly failures: readonly Failure[] }
  /** Nothing is stopped before the listener has seen it. */
  | { readonly kind: 'stopping' }
  /** All is down; directories are still there. */
  | { readonly kind: 'stopped'; readonly failures: readonly Failure[] }

/** Takes what happens; it does not throw. */
export type EnvironmentObserver = (event: EnvironmentEvent) => void | Promise<void>

/** What a recorder may see of an environment and others may not. */
export interface EnvironmentInternals {
  /** Calls back, and waits for it; gives a function that ends this. */
  observe(environment: Environment, observer: EnvironmentObserver): () => void
  drivers(environment: Environment): ReadonlyMap<string, Driver>
  /** Undefined as long as there is none; asking for it makes none. */
  graph(environment: Environment): Promise<DependencyGraph> | undefined
  givenValues(environment: Environment): Promise<readonly GivenValue[]>
}
