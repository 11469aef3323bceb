import { rm } from 'node:fs/promises'
import type { EnvironmentOptions } from './environment-options.ts'
import { prepareRunpath, temporaryRunpath } from './runpath.ts'

/** The directory of one run of an environment: made when it is first used, kept or removed at the end. */
export class EnvironmentDirectory {
  readonly #runpath: string | undefined
  readonly #keep: 'failed' | 'always' | 'never'
  #path: string | undefined

  constructor({ runpath, keepRunpath }: EnvironmentOptions) {
    this.#runpath = runpath
    this.#keep = keepRunpath ?? (runpath === undefined ? 'failed' : 'always')
  }

  /** @throws RUNPATH_NOT_OWNED */
  get path(): string {
    if (this.#path === undefined) {
      if (this.#runpath !== undefined) prepareRunpath(this.#runpath, true)
      this.#path = this.#runpath ?? temporaryRunpath()
    }
    return this.#path
  }

  /** Ends the run. */
  async discard(failed: boolean): Promise<void> {
    const path = this.#path
    this.#path = undefined
    const keep = this.#keep === 'always' || (this.#keep === 'failed' && failed)
    if (path !== undefined && !keep) await rm(path, { recursive: true, force: true })
  }
}
