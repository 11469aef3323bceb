import { join } from 'node:path'
import { type ContextValue, environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { expect, expectTypeOf, test } from 'vitest'
import { Sqlite3 } from './sqlite3.ts'

const program = join(import.meta.dirname, '../test/programs/shop.mjs')

// #region environment
const shop = environment()
  .add(
    'db',
    () =>
      new Sqlite3({
        dbPath: 'shop.db',
        schema: 'CREATE TABLE stock (item TEXT PRIMARY KEY, pieces INTEGER)',
      }),
  )
  .add(
    'app',
    ({ db }) => new App({ binary: process.execPath, args: [program, db.dbPath], stdoutRegexps: [/Open/] }),
  )
// #endregion environment

test('an application uses the database that was made for it', async () => {
  // #region test
  await using group = await shop.start()
  const { db, app } = group.drivers
  await db.executeMany('INSERT INTO stock VALUES (?, ?)', [
    ['tea', 2],
    ['milk', 0],
  ])
  app.stdin().write('tea\nmilk\n')
  await app.logMatcher().match(/No milk left/)
  expect(await db.fetchTable('stock')).toEqual([
    ['item', 'pieces'],
    ['tea', 1],
    ['milk', 0],
  ])
  // #endregion test
})

test('the path comes through with its type', () => {
  environment()
    .add('db', () => new Sqlite3({ dbPath: 'a.db' }))
    .add('copy', ({ db }) => {
      expectTypeOf(db.dbPath).toExtend<ContextValue<string>>()
      return new Sqlite3({ dbPath: db.dbPath, readOnly: true })
    })
})
