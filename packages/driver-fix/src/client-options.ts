import {
  Driver,
  type DriverDefaults,
  type DriverOptions,
  integer,
  type Late,
  late,
  milliseconds,
  type OptionSchemas,
  type Resolved,
  type Schema,
  text,
} from '@testrig/core'
import { type LocalInterface, localInterfaceSchema } from '@testrig/sockets'
import { type TLSClientConfig, tlsClientSchema } from '@testrig/tls/options'
import * as v from 'valibot'
import type { FixClient } from './fix-client.ts'
import type { FixInput } from './fix-fields.ts'
import type { FixVersion, Identity } from './identity.ts'
import {
  applVerIDSchema,
  type FixSessionOptions,
  type SessionDefaults,
  sessionSchemas,
  versionSchema,
} from './session-options.ts'

export interface FixClientOptions extends DriverOptions<FixClient>, FixSessionOptions {
  /** The name or address of the server. @default '127.0.0.1' */
  readonly host?: Late<string> | undefined
  /** The port of the server, from 1 to 65535. */
  readonly port: Late<number>
  /** What this client is called: SenderCompID (49). */
  readonly sender: Late<string>
  /** What the server is called: TargetCompID (56). */
  readonly target: Late<string>
  /** Who sends, within the client: SenderSubID (50). @default none */
  readonly senderSub?: Late<string> | undefined
  /** The version of FIX. @default 'FIX.4.2' */
  readonly version?: FixVersion | undefined
  /** DefaultApplVerID (1137), with the version FIXT.1.1 only, such as '7' for FIX.5.0. @default '9', which is FIX.5.0SP2 */
  readonly defaultApplVerID?: Late<string> | undefined
  /** The local address and port to connect from. @default chosen by the system */
  readonly interface?: LocalInterface | undefined
  /** Whether the client connects when it starts; if not, connect() or logon() does. @default true */
  readonly connectAtStart?: boolean | undefined
  /** Whether the client logs on when it has connected at start; if not, logon() does. @default true */
  readonly logonAtStart?: boolean | undefined
  /** Longest time to connect, with the TLS handshake and all attempts, in milliseconds from 1. @default 10000 */
  readonly connectTimeout?: Late<number> | undefined
  /** Whether a refused connection is tried again until the connectTimeout is over. @default false */
  readonly connectRetry?: boolean | undefined
  /** What TLS needs; `{}` trusts the authorities that Node.js trusts. @default no TLS */
  readonly tlsConfig?: Late<TLSClientConfig> | undefined
  /** How often each side sends something at least (HeartBtInt, 108): milliseconds in whole seconds; 0 for no heartbeats. @default 30000 */
  readonly heartbeatInterval?: Late<number> | undefined
  /** Whether sequence numbers begin with 1 at each Logon, on both sides (ResetSeqNumFlag, 141). @default true */
  readonly resetOnLogon?: boolean | undefined
  /** Tags that the Logon has too, or instead of its own; null takes one out. @default {} */
  readonly customLogonTags?: { readonly [tag: number | string]: Late<FixInput> } | undefined
}

/** Options of the client that always have a value. */
type ClientDefaults =
  | 'host'
  | 'version'
  | 'connectAtStart'
  | 'logonAtStart'
  | 'connectTimeout'
  | 'connectRetry'
  | 'heartbeatInterval'
  | 'resetOnLogon'
  | 'customLogonTags'

const seconds = 'a number of milliseconds that is a whole number of seconds, from 0'
const flag = (value: boolean) => v.optional(v.boolean('a boolean'), value)

export const clientSchemas: OptionSchemas<FixClientOptions> = {
  ...Driver.options,
  ...sessionSchemas,
  host: v.optional(late(text('a host name or an address')), '127.0.0.1'),
  port: late(integer({ min: 1, max: 65_535 })),
  sender: late(text()),
  target: late(text()),
  senderSub: v.optional(late(text())),
  version: v.optional(versionSchema, 'FIX.4.2'),
  defaultApplVerID: v.optional(late(applVerIDSchema)),
  interface: v.optional(localInterfaceSchema),
  connectAtStart: flag(true),
  logonAtStart: flag(true),
  connectTimeout: v.optional(late(milliseconds({ min: 1 })), 10_000),
  connectRetry: flag(false),
  heartbeatInterval: v.optional(
    late(v.pipe(integer(), v.multipleOf(1_000, seconds)) as unknown as Schema<number>),
    30_000,
  ),
  tlsConfig: v.optional(late(tlsClientSchema)),
  resetOnLogon: flag(true),
  customLogonTags: v.optional(v.record(v.string(), v.any(), 'an object of tags and their values'), {}),
}

/** The options as the driver uses them. */
export type ClientConfig = Resolved<FixClientOptions, ClientDefaults | SessionDefaults | DriverDefaults>

/** The client's side of the session. */
export function identityOf({ sender, target, senderSub, version, ...config }: ClientConfig): Identity {
  const defaultApplVerID = version === 'FIXT.1.1' ? (config.defaultApplVerID ?? '9') : undefined
  return { version, sender, target, senderSub, targetSub: undefined, defaultApplVerID }
}
