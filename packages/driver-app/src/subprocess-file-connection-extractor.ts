import { basename } from 'node:path'
import {
  BaseConnectionExtractor,
  Direction,
  type Driver,
  type Extracted,
  FileConnectionInfo,
} from '@testrig/core'
import { noAccess } from './errors.ts'
import { processesOf } from './running-programs.ts'

export interface FileExtractorOptions {
  /** Names of files to leave out, or their paths. @default ['stdout', 'stderr'] */
  readonly filesToIgnore?: readonly string[] | undefined
}

/** Finds which files, and named pipes, the processes of a driver have open: the program, and all that it has started. */
export class SubprocessFileConnectionExtractor extends BaseConnectionExtractor {
  readonly #ignore: ReadonlySet<string>

  constructor({ filesToIgnore = ['stdout', 'stderr'] }: FileExtractorOptions = {}) {
    super()
    this.#ignore = new Set(filesToIgnore)
  }

  override async extractConnections(driver: Driver): Promise<Extracted> {
    const [pids, { withInspector }] = await Promise.all([
      processesOf(driver),
      import('./inspect/shared-inspector.ts'), // Loaded by who looks.
    ])
    return withInspector(async (inspector) => {
      const seen = await Promise.all(pids.map((pid) => inspector.files(pid)))
      const denied = pids.filter((_, index) => seen[index] === undefined)
      const files = seen.flatMap((each) => each ?? [])
      const shown = files.filter(({ path }) => !this.#ignore.has(path) && !this.#ignore.has(basename(path)))
      const infos = shown.flatMap(({ path, reads, writes }) => [
        ...(reads ? [new FileConnectionInfo({ identifier: path, direction: Direction.LISTENING })] : []),
        ...(writes ? [new FileConnectionInfo({ identifier: path, direction: Direction.CONNECTING })] : []),
      ])
      const problems = await inspector.problems([])
      return [...infos, ...(denied.length > 0 ? [noAccess(denied)] : []), ...problems]
    })
  }
}
