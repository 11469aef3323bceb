import { resolve } from 'node:path'
import type { EnvironmentOptions } from './environment-options.ts'
import { cleanUpOnce } from './old-runpaths.ts'
import { giveRunpathBack, removeRunpath, takeRunpath, temporaryRunpath } from './runpath.ts'

/** The directory of one run of an environment: made when it is first used, kept or removed at the end. */
export class EnvironmentDirectory {
  readonly #runpath: string | undefined
  readonly #keep: 'failed' | 'always' | 'never'
  #path: string | undefined
  #over = false

  constructor({ runpath, keepRunpath }: EnvironmentOptions) {
    this.#runpath = runpath && resolve(runpath)
    this.#keep = keepRunpath ?? (runpath === undefined ? 'failed' : 'always')
  }

  /** Whether the run has ended: the path is then only a name. */
  get over(): boolean {
    return this.#over
  }

  /** @throws RUNPATH_NOT_OWNED, RUNPATH_IN_USE, RUNPATH_UNUSABLE */
  get path(): string {
    if (this.#path === undefined) {
      if (this.#runpath !== undefined) takeRunpath(this.#runpath)
      this.#path = this.#runpath ?? temporaryRunpath()
    }
    return this.#path
  }

  /** Begins a run: one that follows another gets a directory of its own. */
  begin(): void {
    if (this.#over) this.#path = undefined
    this.#over = false
  }

  /** Ends the run. @throws RUNPATH_UNUSABLE when the directory cannot be removed */
  async end(failed: boolean): Promise<void> {
    if (this.#over) return // Another environment may have taken it since.
    this.#over = true
    const keep = this.#keep === 'always' || (this.#keep === 'failed' && failed)
    if (this.#path === undefined) return
    if (keep) giveRunpathBack(this.#path)
    else removeRunpath(this.#path)
    cleanUpOnce()
  }
}
