import { type Late, late, type Schema, strictObject } from '@testrig/core'
import * as v from 'valibot'

/** PEM text, its bytes, or the path of a PEM file. */
export type PEM = Late<string> | Uint8Array

/** What a server needs to speak TLS. */
export interface ServerTLSOptions {
  readonly key: PEM
  readonly cert: PEM
  /** Of an encrypted key. */
  readonly passphrase?: Late<string> | undefined
  /** Authorities that certificates of clients are checked against. @default those of Node.js */
  readonly ca?: PEM | readonly PEM[] | undefined
  /** Whether clients are asked for a certificate. @default false */
  readonly requestCert?: boolean | undefined
  /** Whether clients without a valid certificate are refused, when asked for one. @default true */
  readonly rejectUnauthorized?: boolean | undefined
}

/** How a client speaks TLS. */
export interface ClientTLSOptions {
  /** Authorities that the server's certificate is checked against. @default those of Node.js */
  readonly ca?: PEM | readonly PEM[] | undefined
  /** The client's own certificate, for servers that ask for one. */
  readonly cert?: PEM | undefined
  /** The key of `cert`. */
  readonly key?: PEM | undefined
  /** Of an encrypted key. */
  readonly passphrase?: Late<string> | undefined
  /** The name that the server's certificate must have. @default the host of the request */
  readonly servername?: Late<string> | undefined
  /** Whether servers without a valid certificate are refused. @default true */
  readonly rejectUnauthorized?: boolean | undefined
}

const pem = late(
  v.union(
    [v.pipe(v.string(), v.nonEmpty()), v.instance(Uint8Array)],
    'PEM text, its bytes, or the path of a PEM file',
  ) as unknown as Schema<string>,
)
const authorities = v.optional(v.lazy((value) => (Array.isArray(value) ? v.array(pem) : pem)))
const text = v.optional(late(v.string('a string')))
const flag = v.optional(v.boolean('a boolean'))

export const serverTLSSchema: Schema<ServerTLSOptions> = strictObject({
  key: pem,
  cert: pem,
  passphrase: text,
  ca: authorities,
  requestCert: flag,
  rejectUnauthorized: flag,
}) as unknown as Schema<ServerTLSOptions>

export const clientTLSSchema: Schema<ClientTLSOptions> = strictObject({
  ca: authorities,
  cert: v.optional(pem),
  key: v.optional(pem),
  passphrase: text,
  servername: text,
  rejectUnauthorized: flag,
}) as unknown as Schema<ClientTLSOptions>
