import { AsyncLocalStorage } from 'node:async_hooks'
import type { Environment } from './environment.ts'
import type { EnvironmentOptions } from './environment-options.ts'
import { handlerFailed, hookFailed } from './errors-environment.ts'

type HookName = 'beforeStart' | 'afterStart' | 'beforeStop' | 'afterStop'

/** Runs the functions that the options of an environment have for its turns. */
export class EnvironmentHooks {
  readonly #environment: Environment
  readonly #options: EnvironmentOptions
  readonly #running = new AsyncLocalStorage<HookName>()

  constructor(environment: Environment, options: EnvironmentOptions) {
    this.#environment = environment
    this.#options = options
  }

  /** The hook that the calling code belongs to. */
  get current(): HookName | undefined {
    return this.#running.getStore()
  }

  /** Gives what the hook threw. */
  async run(name: HookName): Promise<Error | undefined> {
    try {
      await this.#running.run(name, async () => this.#options[name]?.(this.#environment))
      return undefined
    } catch (error) {
      return hookFailed(name, error)
    }
  }

  /** Hands an error to the error handler; one that the handler throws does not hide it. */
  async handled(error: Error): Promise<Error> {
    try {
      await this.#options.errorHandler?.(this.#environment, error)
      return error
    } catch (thrown) {
      return handlerFailed(error, thrown)
    }
  }
}
