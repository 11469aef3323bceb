import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type BaseConnectionExtractor,
  Driver,
  type DriverDefaults,
  type DriverOptions,
  type Late,
  late,
  milliseconds,
  type OptionSchemas,
  type Resolved,
  text,
} from '@testrig/core'
import * as v from 'valibot'
import { type Changes, Connection, type Parameters, type Row, type SqlValue } from './connection.ts'
import { DatabaseFileExtractor } from './database-file-extractor.ts'
import { notConnected, notStarted, openFailed, tableUnknown, transactionNested } from './errors.ts'
import { identifier } from './identifier.ts'
import { Turns } from './turns.ts'

export interface Sqlite3Options extends DriverOptions<Sqlite3> {
  /** Path of the database, relative to the driver's directory; `:memory:` keeps it in memory. */
  readonly dbPath: Late<string>
  /** Statements to run when the database is made, such as those that create its tables. @default none */
  readonly schema?: Late<string> | undefined
  /** Whether the database is opened to be read only; it must exist then. @default false */
  readonly readOnly?: boolean | undefined
  /** Longest time to wait for locks that other connections hold, in milliseconds. @default 5000 */
  readonly busyTimeout?: Late<number> | undefined
  /** Whether whole numbers are read as bigints; else those beyond 2^53 are an error. @default false */
  readonly readBigInts?: boolean | undefined
  /** Whether the database is opened when the driver starts; if not, connect() does. @default true */
  readonly connectAtStart?: boolean | undefined
}

type Defaults = DriverDefaults | 'readOnly' | 'busyTimeout' | 'readBigInts' | 'connectAtStart'

const IN_MEMORY = ':memory:'

/**
 * A SQLite database: made for the application under test, or one that it writes. Calls run one after another; each
 * statement is a transaction of its own unless it is inside of transaction().
 */
export class Sqlite3 extends Driver {
  static override readonly options: OptionSchemas<Sqlite3Options> = {
    ...Driver.options,
    dbPath: late(text()),
    schema: v.optional(late(text())),
    readOnly: v.optional(v.boolean('a boolean'), false),
    busyTimeout: v.optional(late(milliseconds()), 5_000),
    readBigInts: v.optional(v.boolean('a boolean'), false),
    connectAtStart: v.optional(v.boolean('a boolean'), true),
  }
  static override readonly EXTRACTORS: readonly BaseConnectionExtractor[] = [new DatabaseFileExtractor()]

  declare readonly options: Sqlite3Options
  declare protected readonly config: Resolved<Sqlite3Options, Defaults>
  readonly #turns = new Turns()
  #connection: Connection | undefined
  #running = false

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: Sqlite3Options) {
    super(options as DriverOptions)
  }

  /** Path of the database. */
  get dbPath(): string {
    const { dbPath } = this.config
    return dbPath === IN_MEMORY ? dbPath : resolve(this.runpath, dbPath)
  }

  /** Whether the database is open. */
  get connected(): boolean {
    return this.#connection !== undefined
  }

  /** Opens the database, unless it is open. @throws SQLITE_OPEN_FAILED, SQLITE_NOT_STARTED */
  async connect(): Promise<void> {
    if (!this.#running) throw notStarted(this.label, this.state)
    if (this.#connection !== undefined) return
    const { readOnly, readBigInts, busyTimeout, schema } = this.config
    const path = this.dbPath
    const isNew = path === IN_MEMORY || !existsSync(path)
    try {
      // As a URL it lets attach() name how a further database is opened.
      const place = path === IN_MEMORY ? path : pathToFileURL(path).href
      this.#connection = new Connection({
        label: this.label,
        path: place,
        readOnly,
        readBigInts,
        busyTimeout,
      })
    } catch (error) {
      throw openFailed(this.label, path, error)
    }
    if (isNew && schema !== undefined) await this.#make(schema)
  }

  /** Closes the database; a transaction that is open is undone. */
  close(): void {
    this.#connection?.close()
    this.#connection = undefined
  }

  /** Runs one statement. @throws SQLITE_FAILED, SQLITE_LOCKED, SQLITE_SEVERAL_STATEMENTS, SQLITE_NOT_CONNECTED */
  execute(sql: string, parameters?: Parameters): Promise<Changes> {
    return this.#turns.take(() => this.#open('execute()').run(sql, parameters))
  }

  /** Runs one statement for each row of values: for all, or, when one fails, for none. */
  executeMany(sql: string, rows: readonly Parameters[]): Promise<{ readonly changes: number }> {
    return this.#turns.take(async () => {
      const database = this.#open('executeMany()')
      await database.run('SAVEPOINT many')
      try {
        const changes = await database.runEach(sql, rows)
        await database.run('RELEASE many')
        return { changes }
      } catch (error) {
        await database.script('ROLLBACK TO many; RELEASE many')
        throw error
      }
    })
  }

  /** Runs several statements, without parameters and results. */
  executeScript(sql: string): Promise<void> {
    return this.#turns.take(() => this.#open('executeScript()').script(sql))
  }

  /** The first row that a query gives. */
  fetchOne<T extends object = Row>(sql: string, parameters?: Parameters): Promise<T | undefined> {
    return this.#turns.take(() => this.#open('fetchOne()').firstRow(sql, parameters)) as Promise<
      T | undefined
    >
  }

  /** All rows that a query gives. */
  fetchAll<T extends object = Row>(sql: string, parameters?: Parameters): Promise<readonly T[]> {
    return this.#turns.take(() => this.#open('fetchAll()').rows(sql, parameters)) as Promise<
      readonly unknown[]
    > as Promise<readonly T[]>
  }

  /** A table: the names of its columns, or of those asked for, then its rows. @throws SQLITE_TABLE_UNKNOWN */
  fetchTable(
    table: string,
    columns?: readonly string[],
  ): Promise<readonly [columns: readonly string[], ...rows: (readonly SqlValue[])[]]> {
    return this.#turns.take(async () => {
      const database = this.#open('fetchTable()')
      const names = columns ?? (await this.#columnsOf(database, table))
      const list = names.map((name, index) => `${identifier(name)} AS c${index}`).join(', ')
      const rows = await database.rows(`SELECT ${list} FROM ${identifier(table)}`)
      return [names, ...rows.map((row) => names.map((_, index) => row[`c${index}`] as SqlValue))]
    })
  }

  /** Commits the transaction that `execute('BEGIN')` opened; does nothing when there is none. */
  commit(): Promise<void> {
    return this.#turns.take(async () => {
      const database = this.#open('commit()')
      await database.run('COMMIT').catch((error: Error) => {
        if (!error.message.includes('no transaction is active')) throw error
      })
    })
  }

  /**
   * Runs something inside of a transaction: what it does is committed, or undone when it throws. Calls that others make
   * meanwhile wait.
   *
   * @throws SQLITE_TRANSACTION_NESTED when it is called inside of itself
   */
  async transaction<T>(work: () => Promise<T> | T): Promise<T> {
    if (this.#turns.isMine) throw transactionNested(this.label)
    return this.#turns.take(async () => {
      const database = this.#open('transaction()')
      await database.run('BEGIN IMMEDIATE')
      try {
        const result = await work()
        await database.run('COMMIT')
        return result
      } catch (error) {
        await database.run('ROLLBACK').catch(() => {}) // Some errors have undone it already.
        throw error
      }
    })
  }

  /** Makes the tables of another database, to be read only, available as `name.table`. */
  attach(path: string, name: string): Promise<Changes> {
    const place = pathToFileURL(resolve(this.runpath, path))
    place.searchParams.set('mode', 'ro')
    return this.execute(`ATTACH ? AS ${identifier(name)}`, [place.href])
  }

  protected override async starting(): Promise<void> {
    if (this.config.dbPath !== IN_MEMORY) await mkdir(this.runpath, { recursive: true })
    this.#running = true
    this.onStop(() => {
      this.#running = false
      this.close()
    })
    if (this.config.connectAtStart) await this.connect()
  }

  /** What is made in part would be taken for the database at the next start. */
  async #make(schema: string): Promise<void> {
    try {
      await this.executeScript(schema)
    } catch (error) {
      this.close()
      await Promise.all(['', '-wal', '-shm', '-journal'].map((end) => rm(this.dbPath + end, { force: true })))
      throw error
    }
  }

  async #columnsOf(database: Connection, table: string): Promise<readonly string[]> {
    const columns = await database.rows('SELECT name FROM pragma_table_info(?)', [table])
    if (columns.length > 0) return columns.map(({ name }) => String(name))
    const tables = await database.rows("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
    const names = tables.map(({ name }) => String(name))
    throw tableUnknown(this.label, table, names)
  }

  #open(what: string): Connection {
    if (this.#connection === undefined) throw notConnected(this.label, what)
    return this.#connection
  }
}
