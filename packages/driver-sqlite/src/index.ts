export type { Changes, Parameters, Row, SqlValue } from './connection.ts'
export { Sqlite3, type Sqlite3Options } from './sqlite3.ts'
