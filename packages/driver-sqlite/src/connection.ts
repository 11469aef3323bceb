import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { poll } from '@testrig/core'
import { badParameter, databaseLocked, severalStatements, statementFailed } from './errors.ts'

/** What SQLite keeps in a column; whole numbers are bigints with `readBigInts`. */
export type SqlValue = SQLOutputValue
/** One row by the names of its columns. */
export type Row = Record<string, SqlValue>
/** Values of `?` in order, or of `:name` by name. */
export type Parameters = readonly SQLInputValue[] | Readonly<Record<string, SQLInputValue>>

/** What a statement has changed. */
export interface Changes {
  /** How many rows; 0 unless it is an INSERT, UPDATE or DELETE. */
  readonly changes: number
  /** The rowid of the row inserted last by this connection; 0 when there is none. */
  readonly lastInsertRowid: number | bigint
}

export interface ConnectionOptions {
  /** The driver's label, for errors. */
  readonly label: string
  readonly path: string
  readonly readOnly: boolean
  readonly readBigInts: boolean
  /** Milliseconds to wait for locks that others hold. */
  readonly busyTimeout: number
}

/** Result codes of locks that others hold. Source: SQLite, "Result and Error Codes", SQLITE_BUSY and SQLITE_LOCKED. */
const LOCKED: readonly number[] = [5, 6]
/** Extended result codes have the primary one in their lowest byte. */
const PRIMARY_CODE = 0xff

/** What is no statement: space and comments. */
const NOTHING = /^(\s|;|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)*/

/**
 * An open database. Each statement runs at once; as long as another connection holds a lock it is tried again, so that the
 * event loop goes on meanwhile.
 */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #database: DatabaseSync

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#database = new DatabaseSync(options.path, { readOnly: options.readOnly, timeout: 0 })
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  run(sql: string, parameters: Parameters = []): Promise<Changes> {
    return this.#unlocked(sql, () => {
      const before = this.#changesSoFar()
      const { changes, lastInsertRowid } = this.#prepared(sql).run(...this.#bound(parameters))
      // SQLite says what the last statement that changes rows has changed, also after others.
      return { changes: this.#changesSoFar() === before ? 0 : Number(changes), lastInsertRowid }
    })
  }

  rows(sql: string, parameters: Parameters = []): Promise<readonly Row[]> {
    return this.#unlocked(sql, () =>
      this.#prepared(sql)
        .all(...this.#bound(parameters))
        .map((row) => ({ ...row })),
    )
  }

  firstRow(sql: string, parameters: Parameters = []): Promise<Row | undefined> {
    return this.#unlocked(sql, () => {
      const row = this.#prepared(sql).get(...this.#bound(parameters))
      return row && { ...row }
    })
  }

  /** Runs one statement for each row of values. */
  runEach(sql: string, rows: readonly Parameters[]): Promise<number> {
    return this.#unlocked(sql, () => {
      const statement = this.#prepared(sql)
      return rows.reduce((sum, row) => sum + Number(statement.run(...this.#bound(row)).changes), 0)
    })
  }

  /** Runs several statements, each for itself: when one waits for a lock, those before it are not run again. */
  async script(sql: string): Promise<void> {
    for (let rest = typeof sql === 'string' ? withoutNothing(sql) : sql; rest !== ''; )
      rest = await this.#unlocked(rest, () => {
        const statement = this.#database.prepare(rest)
        statement.run()
        return withoutNothing(rest.slice(statement.sourceSQL.length))
      })
  }

  #changesSoFar(): unknown {
    return this.#database.prepare('SELECT total_changes() AS n').get()?.n
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#database.prepare(sql)
    const { label, readBigInts } = this.#options
    if (withoutNothing(sql.slice(statement.sourceSQL.length)) !== '') throw severalStatements(label, sql)
    statement.setReadBigInts(readBigInts)
    return statement
  }

  /** As node:sqlite takes them: it would take an object among those in order for the named ones. */
  #bound(parameters: Parameters): SQLInputValue[] {
    if (!Array.isArray(parameters)) return [parameters] as unknown as SQLInputValue[]
    const wrong = parameters.findIndex(
      (each) => typeof each === 'object' && each !== null && !ArrayBuffer.isView(each),
    )
    if (wrong !== -1) throw badParameter(this.#options.label, wrong, parameters[wrong])
    return parameters
  }

  async #unlocked<T>(sql: string, work: () => T): Promise<T> {
    const { label, busyTimeout } = this.#options
    const limit = AbortSignal.timeout(busyTimeout)
    const results: T[] = []
    let lock: unknown
    const isDone = () => {
      try {
        results.push(work())
        return true
      } catch (error) {
        if (!isLocked(error)) throw statementFailed(label, sql, error)
        lock = error
        return false
      }
    }
    await poll(isDone, limit).catch((error) => {
      throw limit.aborted && lock !== undefined ? databaseLocked(label, sql, busyTimeout, lock) : error
    })
    return results[0] as T
  }
}

function withoutNothing(sql: string): string {
  return sql.replace(NOTHING, '')
}

function isLocked(error: unknown): boolean {
  const code = (error as { readonly errcode?: number }).errcode
  return code !== undefined && LOCKED.includes(code & PRIMARY_CODE)
}
