import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Environment, isContextValue } from '@testrig/core'
import { childEnvironment } from '@testrig/driver-app/programs'
import { listEmpty, listingFailed, listUnreadable } from './errors.ts'
import { type Execution, execute } from './execution.ts'
import type { Framework, Listing, Unit } from './framework.ts'
import { outputTail } from './output-tail.ts'
import type { CheckedOptions } from './program-options.ts'
import { SourceFiles } from './source-files.ts'

/** How errors name a program. */
export function labelOf(binary: string): string {
  return `The program ${binary}`
}

/** A test program with the framework that it is written in. */
export class TestProgram {
  readonly label: string
  readonly framework: Framework
  readonly options: CheckedOptions
  readonly sources: SourceFiles
  /** Variables of this process that would change what the program runs. */
  readonly #unwanted: Readonly<Record<string, null>>

  constructor(framework: Framework, options: CheckedOptions, unwanted: readonly string[] = []) {
    this.label = labelOf(options.binary)
    this.framework = framework
    this.options = options
    this.sources = new SourceFiles(options.binary, this.#workingDir)
    this.#unwanted = Object.fromEntries(unwanted.map((name) => [name, null]))
  }

  /** The program's own list of what it has. @throws PROGRAM_NOT_RUN, PROGRAM_LIST_FAILED, PROGRAM_LIST_EMPTY */
  async list(): Promise<readonly Unit[]> {
    const { listing } = this.framework
    if (listing === undefined) return [{ path: [] }]
    if (!('parse' in listing)) return listing
    const parent = await mkdtemp(join(tmpdir(), 'testrig-list-'))
    try {
      const { listTimeout, stopTimeout } = this.options
      const execution = await execute(this.#listCommand(listing.arguments), {
        parent,
        label: this.label,
        timeout: listTimeout,
        stopTimeout,
      })
      const units = await this.#parsed(execution, listing)
      if (units.length === 0) throw listEmpty(this.label, await outputTail(execution))
      return units
    } finally {
      await rm(parent, { recursive: true, force: true })
    }
  }

  /** Runs the program for some units, or for all that it has, with what drivers publish. */
  async run(
    units: readonly Unit[] | undefined,
    environment: Environment,
    signal: AbortSignal | undefined,
  ): Promise<Execution> {
    const { args, env } = await environment.resolve({ args: this.options.args, env: this.options.env })
    const command = {
      ...this.#command({ ...this.#unwanted, ...environment.variables(), ...env }),
      args: (directory: string) => [...args.map(String), ...this.framework.arguments(units, directory)],
    }
    const { timeout, stopTimeout } = this.options
    return execute(command, { parent: environment.runpath, label: this.label, timeout, stopTimeout, signal })
  }

  /** Context values have no value yet: their variables are left out, and arguments with them as a whole. */
  #listCommand(listArguments: (directory: string) => readonly string[]) {
    const { args, env } = this.options
    const known = Object.fromEntries(Object.entries(env).filter(([, value]) => !isContextValue(value)))
    const plain = args.some(isContextValue) ? [] : args.map(String)
    return {
      ...this.#command({ ...this.#unwanted, ...known }),
      args: (directory: string) => [...plain, ...listArguments(directory)],
    }
  }

  #command(own: Readonly<Record<string, unknown>>) {
    const { binary, inheritEnv } = this.options
    const env = childEnvironment({ inherit: inheritEnv, own })
    return { binary, workingDir: this.#workingDir, env }
  }

  get #workingDir(): string {
    return resolve(this.options.workingDir ?? '.')
  }

  async #parsed(execution: Execution, listing: Listing): Promise<readonly Unit[]> {
    const { ending, stopped } = execution
    const tail = await outputTail(execution)
    if (stopped !== undefined || ending.exitCode !== 0)
      throw listingFailed(this.label, execution, this.options.listTimeout, tail)
    try {
      return await listing.parse(execution)
    } catch (error) {
      throw listUnreadable(this.label, error, tail)
    }
  }
}
