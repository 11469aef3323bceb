import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { environment, type TestrigError } from '@testrig/core'
import { testDriver } from '@testrig/core/testing'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { Sqlite3, type Sqlite3Options } from './sqlite3.ts'

const SCHEMA = 'CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT NOT NULL, price REAL)'

async function running(options: Partial<Sqlite3Options> = {}): Promise<Sqlite3> {
  const driver = new Sqlite3({ name: 'db', dbPath: 'orders.db', schema: SCHEMA, ...options })
  const group = environment([driver], { keepRunpath: 'never' }).create()
  onTestFinished(() => group.stop())
  await group.start()
  return driver
}

function failure(work: Promise<unknown>): Promise<TestrigError> {
  return work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error) => error as TestrigError,
  )
}

testDriver('Sqlite3', {
  create: (options) => new Sqlite3({ dbPath: 'a.db', ...options }),
  createAny: (options) => new Sqlite3({ dbPath: 'a.db', ...options }),
  probe: (driver) => () => driver.connected,
  badOptions: [
    { dbPath: '' },
    { dbPath: 1 },
    { schema: '' },
    { readOnly: 1 },
    { busyTimeout: -1 },
    { readBigInts: 'yes' },
    { connectAtStart: 0 },
  ],
})

describe('statements', () => {
  test('take values in order and by name, and say what they have changed', async () => {
    const db = await running()
    expect(await db.execute('INSERT INTO orders (item, price) VALUES (?, ?)', ['tea', 2.5])).toEqual({
      changes: 1,
      lastInsertRowid: 1,
    })
    await db.execute('INSERT INTO orders (item) VALUES (:item)', { item: 'milk' })
    expect(await db.fetchOne('SELECT item, price FROM orders WHERE id = ?', [1])).toStrictEqual({
      item: 'tea',
      price: 2.5,
    })
    expect(await db.fetchAll('SELECT item FROM orders ORDER BY id')).toEqual([
      { item: 'tea' },
      { item: 'milk' },
    ])
    expect(await db.fetchOne('SELECT * FROM orders WHERE id = 9')).toBeUndefined()
    const first = db.fetchOne<{ item: string }>('SELECT item FROM orders')
    expectTypeOf(first).resolves.toEqualTypeOf<{ item: string } | undefined>()
    await first
  })

  test('for many rows are run for all of them, or for none', async () => {
    const db = await running()
    const insert = 'INSERT INTO orders (item) VALUES (?)'
    expect(await db.executeMany(insert, [['tea'], ['milk']])).toEqual({ changes: 2 })
    await expect(db.executeMany(insert, [['sugar'], [null]])).rejects.toMatchObject({ code: 'SQLITE_FAILED' })
    expect(await db.fetchOne('SELECT count(*) AS n FROM orders')).toEqual({ n: 2 })
    await db.executeMany(insert, [['salt']])
    expect(await db.fetchOne('SELECT count(*) AS n FROM orders')).toEqual({ n: 3 })
  })

  test('that are wrong are errors with their text, and the driver goes on', async () => {
    const db = await running()
    const { code, message } = await failure(db.execute('SELEC\n  1'))
    expect([code, message]).toMatchInlineSnapshot(`
      [
        "SQLITE_FAILED",
        "Sqlite3 "db": near "SELEC": syntax error, in: SELEC 1",
      ]
    `)
    expect((await failure(db.fetchAll('SELECT "nope" FROM orders'))).message).toContain(
      'no such column: "nope"',
    )
    expect((await failure(db.execute('SELECT ?', [new Map() as never]))).message).toMatchInlineSnapshot(
      `"Sqlite3 "db": value 0 of the parameters must be null, a number, a bigint, a string or a Uint8Array, but is Map(0) {}. Convert it; give named parameters as an object, not in an array."`,
    )
    expect((await failure(db.fetchOne(undefined as never))).message).toMatchInlineSnapshot(
      `"Sqlite3 "db": The "sql" argument must be a string, in: undefined"`,
    )
    expect((await failure(db.executeScript(5 as never))).message).toMatchInlineSnapshot(
      `"Sqlite3 "db": The "sql" argument must be a string, in: 5 (number)"`,
    )
    expect(await db.fetchOne('SELECT 1 AS one')).toEqual({ one: 1 })
  })

  test('after the first of a text are not silently left out', async () => {
    const db = await running()
    const { code, message } = await failure(
      db.execute("DELETE FROM orders; INSERT INTO orders (item) VALUES ('x')"),
    )
    expect([code, message]).toMatchInlineSnapshot(`
      [
        "SQLITE_SEVERAL_STATEMENTS",
        "Sqlite3 "db": one statement is run at a time, but there are several in: DELETE FROM orders; INSERT INTO orders (item) VALUES ('x'). Run them with executeScript(), or one by one.",
      ]
    `)
    await db.execute('DELETE FROM orders; -- all of them')
    await db.executeScript("INSERT INTO orders (item) VALUES ('a'); INSERT INTO orders (item) VALUES ('b')")
    expect(await db.fetchOne('SELECT count(*) AS n FROM orders')).toEqual({ n: 2 })
  })

  test('that change no rows say so, also after some that do', async () => {
    const db = await running()
    await db.executeMany('INSERT INTO orders (item) VALUES (?)', [['tea'], ['milk']])
    for (const sql of ['CREATE TABLE more (n)', 'SELECT 1', 'PRAGMA user_version = 3', 'DELETE FROM more'])
      expect((await db.execute(sql)).changes).toBe(0)
    expect((await db.execute('DELETE FROM orders')).changes).toBe(2)
  })

  test('of a script may be anything, with comments between', async () => {
    const db = await running()
    await db.executeScript(`
      -- what happens
      CREATE TABLE log (text);;
      CREATE TRIGGER logs AFTER INSERT ON orders BEGIN INSERT INTO log VALUES ('a;'); SELECT 1; END; /* ; */
      INSERT INTO orders (item) VALUES ('tea') -- the end`)
    await db.executeScript('')
    expect(await db.fetchTable('log')).toEqual([['text'], ['a;']])
    const { message } = await failure(db.executeScript('CREATE TABLE good (n); CREATE TABEL bad (n)'))
    expect(message).toBe('Sqlite3 "db": near "TABEL": syntax error, in: CREATE TABEL bad (n)')
    expect(await db.fetchTable('good')).toEqual([['n']])
  })

  test('keep a value of 64 MiB', async () => {
    const db = await running()
    const item = Buffer.alloc(64 * 2 ** 20, 'abcdefg')
    await db.execute('INSERT INTO orders (item) VALUES (?)', [item])
    const row = await db.fetchOne<{ item: Uint8Array }>('SELECT item FROM orders')
    expect(item.equals(row!.item)).toBe(true)
  })

  test('read whole numbers of any size with readBigInts, and refuse those too large without', async () => {
    const large = 2n ** 60n
    const db = await running({ readBigInts: true })
    expect(await db.fetchOne('SELECT ? AS n', [large])).toEqual({ n: large })
    const plain = await running()
    expect((await failure(plain.fetchOne('SELECT ? AS n', [large]))).message).toContain('too large')
  })
})

describe('fetchTable()', () => {
  test('gives the columns, then the rows', async () => {
    const db = await running()
    expect(await db.fetchTable('orders')).toEqual([['id', 'item', 'price']])
    await db.execute("INSERT INTO orders (item, price) VALUES ('tea', 2.5)")
    expect(await db.fetchTable('orders')).toEqual([
      ['id', 'item', 'price'],
      [1, 'tea', 2.5],
    ])
    expect(await db.fetchTable('orders', ['price', 'item'])).toEqual([
      ['price', 'item'],
      [2.5, 'tea'],
    ])
  })

  test('takes names as names, whatever is in them', async () => {
    const db = await running()
    await db.execute('CREATE TABLE "odd ""; DROP TABLE orders" ("1" INTEGER, "a b" TEXT)')
    await db.execute('INSERT INTO "odd ""; DROP TABLE orders" VALUES (7, \'x\')')
    expect(await db.fetchTable('odd "; DROP TABLE orders')).toEqual([
      ['1', 'a b'],
      [7, 'x'],
    ])
    expect((await failure(db.fetchTable('orders; DROP TABLE orders'))).message).toMatchInlineSnapshot(
      `"Sqlite3 "db": there is no table "orders; DROP TABLE orders". There are: orders, odd "; DROP TABLE orders."`,
    )
    expect(await db.fetchTable('orders')).toHaveLength(1)
  })
})

describe('transaction()', () => {
  test('commits what was done, and undoes it when something is thrown', async () => {
    const db = await running()
    const insert = (item: string) => db.execute('INSERT INTO orders (item) VALUES (?)', [item])
    expect(await db.transaction(async () => (await insert('tea')).changes)).toBe(1)
    const undone = db.transaction(async () => {
      await insert('milk')
      throw new Error('no milk')
    })
    await expect(undone).rejects.toThrow('no milk')
    expect(await db.fetchAll('SELECT item FROM orders')).toEqual([{ item: 'tea' }])
  })

  test('has calls from elsewhere wait, so that they are not undone with it', async () => {
    const db = await running()
    const insert = (item: string) => db.execute('INSERT INTO orders (item) VALUES (?)', [item])
    const begun = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    const undone = db.transaction(async () => {
      await insert('milk')
      begun.resolve()
      await go.promise
      throw new Error('no milk')
    })
    await begun.promise
    const elsewhere = insert('tea')
    go.resolve()
    await expect(undone).rejects.toThrow('no milk')
    await elsewhere
    expect(await db.fetchAll('SELECT item FROM orders')).toEqual([{ item: 'tea' }])
  })

  test('inside of another one is an error', async () => {
    const db = await running()
    const nested = db.transaction(() => db.transaction(() => 1))
    expect((await failure(nested)).code).toBe('SQLITE_TRANSACTION_NESTED')
    expect(await db.transaction(() => 2)).toBe(2)
  })

  test('may be opened by hand, and committed', async () => {
    const db = await running()
    await db.execute('BEGIN')
    await db.execute("INSERT INTO orders (item) VALUES ('tea')")
    await db.commit()
    await db.commit()
    await db.restart()
    expect(await db.fetchTable('orders', ['item'])).toEqual([['item'], ['tea']])
  })
})

describe('the database', () => {
  test('is below the runpath, kept by a restart, and made once', async () => {
    const db = await running({ dbPath: 'orders.db' })
    expect(db.dbPath).toBe(join(db.runpath, 'orders.db'))
    await db.execute("INSERT INTO orders (item) VALUES ('tea')")
    await db.restart()
    expect(await db.fetchTable('orders', ['item'])).toEqual([['item'], ['tea']])
  })

  test('may be in memory', async () => {
    const db = await running({ dbPath: ':memory:' })
    expect(await db.fetchTable('orders')).toHaveLength(1)
    expect(isAbsolute(db.dbPath) || existsSync(':memory:')).toBe(false)
  })

  test('is opened by connect() when it is not to be at the start', async () => {
    const db = await running({ connectAtStart: false })
    const { code, message } = await failure(db.fetchTable('orders'))
    expect([code, message]).toMatchInlineSnapshot(`
      [
        "SQLITE_NOT_CONNECTED",
        "Sqlite3 "db": fetchTable() needs an open database. Start the driver, or call connect() when \`connectAtStart\` is false.",
      ]
    `)
    await db.connect()
    expect(await db.fetchTable('orders')).toHaveLength(1)
  })

  test('is opened by connect() only while the driver runs', async () => {
    const db = new Sqlite3({ name: 'db', dbPath: 'orders.db' })
    onTestFinished(() => db[Symbol.asyncDispose]())
    const { code, message } = await failure(db.connect())
    expect([code, message]).toMatchInlineSnapshot(`
      [
        "SQLITE_NOT_STARTED",
        "Sqlite3 "db": connect() can be used while the driver runs, but it is idle. Start it first.",
      ]
    `)
    await db.start()
    db.close()
    expect(db.connected).toBe(false)
    await db.connect()
    await db.stop()
    expect(db.connected).toBe(false)
    expect((await failure(db.connect())).code).toBe('SQLITE_NOT_STARTED')
  })

  test('whose schema is wrong fails the start, and is made whole by the next', async () => {
    const db = new Sqlite3({ name: 'db', dbPath: 'orders.db', schema: `${SCHEMA}; CREATE TABEL more (n)` })
    onTestFinished(() => db[Symbol.asyncDispose]())
    for (const _ of [1, 2])
      expect((await failure(db.start())).message).toContain(
        'near "TABEL": syntax error, in: CREATE TABEL more (n)',
      )
    expect(existsSync(db.dbPath)).toBe(false)
  })

  test('that does not exist cannot be opened to be read', async () => {
    const { message } = await failure(running({ readOnly: true }))
    expect(message).toContain('could not be opened: unable to open database file')
  })

  test('opened to be read is not written', async () => {
    const path = join(scratch(), 'app.db')
    new DatabaseSync(path).exec(SCHEMA)
    const db = await running({ dbPath: path, readOnly: true })
    expect((await failure(db.execute('DELETE FROM orders'))).message).toContain(
      'attempt to write a readonly database',
    )
  })
})

const hasPython = spawnSync('python3', ['--version']).status === 0
/** On CI they are not skipped, but fail. */
const noPython = hasPython || process.env.CI === 'true' ? '' : ' (skipped: there is no python3)'

describe.skipIf(noPython !== '')(`a database that another program writes${noPython}`, () => {
  test('in WAL mode is read while that goes on, also attached', async () => {
    const path = join(scratch(), 'app.db')
    const writer = await python(
      path,
      'PRAGMA journal_mode=WAL; CREATE TABLE t (n); BEGIN; INSERT INTO t VALUES (1)',
    )
    const reader = await running({ dbPath: path, readOnly: true })
    const other = await running({ dbPath: 'own.db' })
    await other.attach(path, 'app')
    expect([await reader.fetchAll('SELECT n FROM t'), await other.fetchAll('SELECT n FROM app.t')]).toEqual([
      [],
      [],
    ])
    await writer.say('COMMIT')
    expect(await reader.fetchAll('SELECT n FROM t')).toEqual([{ n: 1 }])
    expect(await other.fetchAll('SELECT n FROM app.t')).toEqual([{ n: 1 }])
    expect((await failure(other.execute('DELETE FROM app.t'))).message).toContain('readonly database')
  })

  test('is locked for a busyTimeout at most, and then nothing is lost', async () => {
    const db = await running({ busyTimeout: 50 })
    const writer = await python(db.dbPath, 'BEGIN EXCLUSIVE')
    const insert = "INSERT INTO orders (item) VALUES ('tea')"
    const { code, message } = await failure(db.execute(insert))
    expect([code, message]).toMatchInlineSnapshot(`
      [
        "SQLITE_LOCKED",
        "Sqlite3 "db": database is locked: another connection held a lock for the whole busyTimeout of 50 ms. Nothing was changed. End the other transaction, or raise \`busyTimeout\`. It was for: INSERT INTO orders (item) VALUES ('tea')",
      ]
    `)
    await writer.say('COMMIT')
    await db.execute(insert)
    expect(await db.fetchOne('SELECT count(*) AS n FROM orders')).toEqual({ n: 1 })
  })

  test('gets each statement of a script once, also when a later one waits for a lock', async () => {
    const db = await running()
    const path = join(scratch(), 'app.db')
    const writer = await python(path, 'CREATE TABLE t (n); BEGIN IMMEDIATE')
    await db.execute('ATTACH ? AS app', [path])
    const script = db.executeScript("INSERT INTO orders (item) VALUES ('tea'); INSERT INTO app.t VALUES (1)")
    const elsewhere = new DatabaseSync(db.dbPath, { readOnly: true })
    onTestFinished(() => elsewhere.close())
    const orders = () => elsewhere.prepare('SELECT count(*) AS n FROM orders').get()?.n
    await expect.poll(orders).toBe(1)
    await writer.say('COMMIT')
    await script
    expect(orders()).toBe(1)
    expect(await db.fetchAll('SELECT n FROM app.t')).toEqual([{ n: 1 }])
  })

  test('is written as soon as the lock is gone, and nothing else is held up meanwhile', async () => {
    const db = await running()
    const writer = await python(db.dbPath, 'BEGIN EXCLUSIVE')
    const inserted = db.transaction(() => db.execute("INSERT INTO orders (item) VALUES ('tea')"))
    await writer.say('COMMIT')
    expect((await inserted).changes).toBe(1)
  })
})

interface Writer {
  /** Has it run statements; resolves when it has. */
  say(sql: string): Promise<void>
}

/** A connection of Python's to a database, which has run some statements. */
async function python(path: string, sql: string): Promise<Writer> {
  const script = `import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
for line in sys.stdin:
    for each in line.split(';'): db.execute(each)
    print('done', flush=True)`
  const child = spawn('python3', ['-c', script, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill())
  const lines = createInterface(child.stdout)
  const say = async (text: string) => {
    child.stdin.write(`${text}\n`)
    await once(lines, 'line', { signal: AbortSignal.timeout(10_000) })
  }
  await say(sql)
  return { say }
}

function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), 'testrig-sqlite-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

test('a statement that fails shows who wanted it', async () => {
  const driver = await running()
  const theTest = async () => {
    await driver.execute('INSERT INTO nothing VALUES (1)')
  }
  expect((await failure(theTest())).stack).toContain('theTest')
})
