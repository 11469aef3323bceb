import { AsyncLocalStorage } from 'node:async_hooks'
import type { Environment } from './environment.ts'
import type { EnvironmentOptions } from './environment-options.ts'
import { handlerFailed, hookFailed } from './errors-environment.ts'

type HookName = 'beforeStart' | 'afterStart' | 'beforeStop' | 'afterStop'

/** Runs the functions that the options of an environment have for its turns. */
export class EnvironmentHooks {
  readonly #environment: Environment
  readonly #options: EnvironmentOptions
  readonly #running = new AsyncLocalStorage<{ readonly name: HookName; over: boolean }>()

  constructor(environment: Environment, options: EnvironmentOptions) {
    this.#environment = environment
    this.#options = options
  }

  /** The hook under way that the calling code belongs to, and may be awaited by. */
  get current(): HookName | undefined {
    const running = this.#running.getStore()
    return running === undefined || running.over ? undefined : running.name
  }

  /** Gives what the hook threw. */
  async run(name: HookName): Promise<Error | undefined> {
    const running = { name, over: false }
    try {
      await this.#running.run(running, async () => this.#options[name]?.(this.#environment))
      return undefined
    } catch (error) {
      return hookFailed(name, error)
    } finally {
      running.over = true
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
