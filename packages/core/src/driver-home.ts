import { join } from 'node:path'
import { alone } from './alone.ts'
import type { Binding } from './binding.ts'
import type { Driver } from './driver.ts'
import { DriverDirectory } from './driver-directory.ts'
import type { DriverOptions } from './driver-options.ts'
import { makeDirectory } from './runpath.ts'

/** Where a driver belongs: to an environment, or to itself when it is used alone; and its directory there. */
export class DriverHome {
  readonly #driver: Driver
  readonly #directory: DriverDirectory
  #binding: Binding | undefined

  constructor(driver: Driver, { runpath, cleanRunpath: clean = true }: DriverOptions) {
    this.#driver = driver
    const given = () => (typeof runpath === 'function' ? runpath(driver as never) : runpath)
    this.#directory = new DriverDirectory({ given, clean })
  }

  /** What the driver is bound to; undefined as long as nothing has asked for it. */
  get bound(): Binding | undefined {
    return this.#binding
  }

  /** What the driver is bound to: itself, unless an environment has taken it. */
  get binding(): Binding {
    this.#binding ??= alone(this.#driver, this.#driver.options.name ?? this.#driver.constructor.name)
    return this.#binding
  }

  isIn(owner: object): boolean {
    return this.#binding?.owner === owner
  }

  /** Moves the driver; its directory is from now on another one. */
  move(binding: Binding | undefined): void {
    this.#binding = binding
    this.#directory.forget()
  }

  /** Begins anew when the driver has been on its own, and that is over. */
  renew(): void {
    if (this.isIn(this.#driver) && this.binding.over) this.move(undefined)
  }

  /** The driver's directory; it exists from the first read on. */
  get runpath(): string {
    return this.#directory.path(this.binding)
  }

  /** A directory in it for files of the test and the driver; it exists from the first read on. */
  get scratch(): string {
    const path = join(this.runpath, 'scratch')
    if (!this.binding.over) makeDirectory(path)
    return path
  }

  /** The path of the directory, if it was used. */
  get usedDirectory(): string | undefined {
    return this.#directory.used
  }

  /** Makes the directory without holding up other drivers. @throws RUNPATH_UNUSABLE */
  async makeRunpath(): Promise<void> {
    await this.#directory.make(this.binding)
  }

  /** Lets others take a directory that the user gave. */
  releaseDirectory(): void {
    this.#directory.release()
  }
}
