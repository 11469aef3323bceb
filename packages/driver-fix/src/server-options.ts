import {
  Driver,
  type DriverDefaults,
  type DriverOptions,
  func,
  type Late,
  late,
  type OptionSchemas,
  portNumber,
  type Resolved,
  text,
} from '@testrig/core'
import { type TLSServerConfig, tlsServerSchema } from '@testrig/tls/options'
import * as v from 'valibot'
import type { FixMessage } from './fix-message.ts'
import type { FixServer } from './fix-server.ts'
import { FIX_VERSIONS, type FixVersion } from './identity.ts'
import {
  applVerIDSchema,
  type FixSessionOptions,
  type SessionDefaults,
  sessionSchemas,
  versionSchema,
} from './session-options.ts'

/** Gives the reason to refuse a Logon, or undefined to accept it. */
export type Authenticate = (logon: FixMessage) => string | undefined

export interface FixServerOptions extends DriverOptions<FixServer>, FixSessionOptions {
  /** The address, or the name of one, to listen on; `::` and `0.0.0.0` are all. @default '127.0.0.1' */
  readonly host?: Late<string> | undefined
  /** The port, from 0 to 65535; 0 lets the system choose one, which restarts keep while it is free. @default 0 */
  readonly port?: Late<number> | undefined
  /** The version of FIX that clients must speak, or several. @default all of FIX.4.2, FIX.4.3, FIX.4.4 and FIXT.1.1 */
  readonly version?: FixVersion | readonly FixVersion[] | undefined
  /** What clients must call this server: their TargetCompID (56). @default anything */
  readonly sender?: Late<string> | undefined
  /** DefaultApplVerID (1137), with the version FIXT.1.1 only. @default that of the client */
  readonly defaultApplVerID?: Late<string> | undefined
  /** Whether sequence numbers begin with 1 again when a client logs on; one that asks for it always gets it. @default false */
  readonly resetOnLogon?: boolean | undefined
  /** Key and certificate for TLS, and whether clients must have a certificate. @default no TLS */
  readonly tlsConfig?: Late<TLSServerConfig> | undefined
  /** Asked about each Logon; the client is told the reason. @default accepts all */
  readonly authenticate?: Authenticate | undefined
}

export const serverSchemas: OptionSchemas<FixServerOptions> = {
  ...Driver.options,
  ...sessionSchemas,
  host: v.optional(late(text('a host name or an address')), '127.0.0.1'),
  port: v.optional(late(portNumber()), 0),
  version: v.optional(
    v.union(
      [versionSchema, v.array(versionSchema)],
      `one of ${FIX_VERSIONS.join(', ')}, or an array of them`,
    ),
  ),
  sender: v.optional(late(text())),
  defaultApplVerID: v.optional(late(applVerIDSchema)),
  resetOnLogon: v.optional(v.boolean('a boolean'), false),
  tlsConfig: v.optional(late(tlsServerSchema)),
  authenticate: v.optional(func<Authenticate>('a function that takes a Logon')),
}

/** The options as the driver uses them. */
export type ServerConfig = Resolved<
  FixServerOptions,
  'host' | 'port' | 'resetOnLogon' | SessionDefaults | DriverDefaults
>
