import { integer, type Late, late, milliseconds, type OptionSchemas, type Schema, text } from '@testrig/core'
import * as v from 'valibot'
import { FIX_VERSIONS, type FixVersion } from './identity.ts'

/** Options that both sides of a session have. Times are milliseconds. */
export interface FixSessionOptions {
  /** Path of a dictionary in the XML of QuickFIX, or several: gives names to tags, and says what messages must be like. @default none */
  readonly dictionary?: Late<string> | readonly Late<string>[] | undefined
  /** Whether messages must fit the dictionary: those that arrive are rejected, those to send throw. @default true */
  readonly validate?: boolean | undefined
  /** Whether sequence numbers begin with 1 again after a Logout. @default false */
  readonly resetOnLogout?: boolean | undefined
  /** Whether sequence numbers begin with 1 again whenever a connection has ended. @default false */
  readonly resetOnDisconnect?: boolean | undefined
  /** How long `receive` and other calls wait unless told, from 0. @default 30000 */
  readonly receiveTimeout?: Late<number> | undefined
  /** How long a Logon is waited for, or the answer to one, from 1. @default 10000 */
  readonly logonTimeout?: Late<number> | undefined
  /** How long the answer to a Logout is waited for, from 0. @default 3000 */
  readonly logoffTimeout?: Late<number> | undefined
  /** Whether sessions are logged off when the driver stops; if not, their connections just close. @default true */
  readonly logoffAtStop?: boolean | undefined
  /** Longest message that is accepted, in bytes from 64; a longer one ends its connection. @default 16777216 */
  readonly maxMessageSize?: Late<number> | undefined
}

/** Options of sessions that always have a value. */
export type SessionDefaults = Exclude<keyof FixSessionOptions, 'dictionary'>

const path = text('the path of a file')
const flag = (value: boolean) => v.optional(v.boolean('a boolean'), value)

export const sessionSchemas: OptionSchemas<FixSessionOptions> = {
  dictionary: v.optional(
    v.union([late(path), v.array(late(path))], 'the path of a file, or an array of paths'),
  ),
  validate: flag(true),
  resetOnLogout: flag(false),
  resetOnDisconnect: flag(false),
  receiveTimeout: v.optional(late(milliseconds()), 30_000),
  logonTimeout: v.optional(late(milliseconds({ min: 1 })), 10_000),
  logoffTimeout: v.optional(late(milliseconds()), 3_000),
  logoffAtStop: flag(true),
  maxMessageSize: v.optional(late(integer({ min: 64 })), 16 * 1024 * 1024),
}

/** What BeginString (8) may say. */
export const versionSchema: Schema<FixVersion> = v.picklist(
  FIX_VERSIONS,
  `one of ${FIX_VERSIONS.join(', ')}`,
) as unknown as Schema<FixVersion>

/** The code of a version as ApplVerID (1128) has it. */
export const applVerIDSchema: Schema<string> = v.pipe(
  v.string(),
  v.regex(/^\d{1,2}$/, "a code of ApplVerID (1128) such as '9' for FIX.5.0SP2"),
) as unknown as Schema<string>
