import { realpath } from 'node:fs/promises'
import {
  BaseConnectionExtractor,
  Direction,
  type Driver,
  type Extracted,
  FileConnectionInfo,
} from '@testrig/core'

/** What it looks at; the driver's class imports this one. */
interface Database {
  readonly connected: boolean
  readonly dbPath: string
  readonly options: { readonly readOnly?: boolean | undefined }
}

/** The file of a database that is open: programs that read or write it are joined. */
export class DatabaseFileExtractor extends BaseConnectionExtractor {
  override async extractConnections(driver: Driver): Promise<Extracted> {
    const { connected, dbPath, options } = driver as Driver & Database
    const identifier = connected ? await realpath(dbPath).catch(() => undefined) : undefined // In memory there is none.
    if (identifier === undefined) return []
    const reads = new FileConnectionInfo({ identifier, direction: Direction.LISTENING })
    const writes = new FileConnectionInfo({ identifier, direction: Direction.CONNECTING })
    return options.readOnly === true ? [reads] : [reads, writes]
  }
}
