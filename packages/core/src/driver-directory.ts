import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Binding } from './binding.ts'
import { runpathUnusable } from './errors-options.ts'
import { giveRunpathBack, makeDirectory, takeRunpath } from './runpath.ts'

export interface DriverDirectoryOptions {
  /** Gives the path that the user wants; undefined leaves it to the environment. */
  given(): string | undefined
  /** Whether a directory that the user gave is emptied at its first use. */
  readonly clean: boolean
}

/** Directories that users gave, and that drivers of this process use: none is emptied under another. */
const inUse = new Set<string>()

/** The directory of one driver: made when it is first used. */
export class DriverDirectory {
  readonly #options: DriverDirectoryOptions
  /** Set from the first use on. */
  #path: string | undefined

  constructor(options: DriverDirectoryOptions) {
    this.#options = options
  }

  /** The path, if the directory was used. */
  get used(): string | undefined {
    return this.#path
  }

  /** The path; the directory exists from the first call on, unless the run is over. */
  path(binding: Binding): string {
    if (this.#path !== undefined) return this.#path
    const given = this.#given()
    const path = given ?? binding.runpath
    if (binding.over) return path
    if (given === undefined || !this.#options.clean || inUse.has(path)) makeDirectory(path)
    else takeRunpath(path)
    if (given !== undefined) inUse.add(path)
    this.#path = path
    return path
  }

  /** Makes the directory without holding up other drivers. @throws RUNPATH_UNUSABLE */
  async make(binding: Binding): Promise<void> {
    if (this.#path !== undefined) return
    if (this.#given() !== undefined) return void this.path(binding)
    const { runpath } = binding
    await mkdir(runpath, { recursive: true }).catch((error) => {
      throw runpathUnusable(runpath, error)
    })
    this.#path = runpath
  }

  /** Lets others take a directory that the user gave. */
  release(): void {
    if (this.#path !== undefined && inUse.delete(this.#path)) giveRunpathBack(this.#path)
  }

  /** Forgets the path: the next use is in another environment. */
  forget(): void {
    this.#path = undefined
  }

  #given(): string | undefined {
    const given = this.#options.given()
    return given && resolve(given)
  }
}
