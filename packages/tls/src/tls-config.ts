import { type Late, late, type Resolved, type Schema, strictObject, text } from '@testrig/core'
import * as v from 'valibot'

/** PEM text, its bytes, or the path of a PEM file. */
export type PEM = Late<string> | Late<Uint8Array>

/** What a server needs to speak TLS. */
export interface TLSServerConfig {
  /** The private key of the certificate. */
  readonly key: PEM
  /** The certificate, followed by those between it and its authority. */
  readonly cert: PEM
  /** The authorities that certificates of clients must come from. @default those that Node.js trusts */
  readonly ca?: PEM | readonly PEM[] | undefined
  /** What the key is encrypted with. @default none */
  readonly passphrase?: Late<string> | undefined
  /** Whether clients are asked for a certificate. @default false */
  readonly requestCert?: boolean | undefined
  /** Whether a client that was asked and has no valid certificate is refused. @default true */
  readonly rejectUnauthorized?: boolean | undefined
}

/** How a client speaks TLS. */
export interface TLSClientConfig {
  /** The authorities that the certificate of the server must come from. @default those that Node.js trusts */
  readonly ca?: PEM | readonly PEM[] | undefined
  /** The client's own certificate, for servers that ask for one. @default none */
  readonly cert?: PEM | undefined
  /** The private key of the client's certificate. @default none */
  readonly key?: PEM | undefined
  /** What the key is encrypted with. @default none */
  readonly passphrase?: Late<string> | undefined
  /** The name that the certificate of the server must be for, also sent to the server (SNI). @default the host */
  readonly servername?: Late<string> | undefined
  /** Whether a server without a valid certificate is refused. @default true */
  readonly rejectUnauthorized?: boolean | undefined
}

const expected = 'PEM text, its bytes, or the path of a PEM file'
const pem = late(v.union([text(expected), v.instance(Uint8Array)], expected) as unknown as Schema<string>)
const authorities = v.optional(v.union([v.array(pem), pem], `${expected}, or an array of them`))
const flag = v.optional(v.boolean('a boolean'))

export const tlsServerSchema: Schema<TLSServerConfig> = strictObject<TLSServerConfig>({
  key: pem,
  cert: pem,
  ca: authorities,
  passphrase: v.optional(late(text())),
  requestCert: flag,
  rejectUnauthorized: flag,
})

export const tlsClientSchema: Schema<TLSClientConfig> = strictObject<TLSClientConfig>({
  ca: authorities,
  cert: v.optional(pem),
  key: v.optional(pem),
  passphrase: v.optional(late(text())),
  servername: v.optional(late(text('a host name'))),
  rejectUnauthorized: flag,
})

/** The TLS option of a driver, with its context values resolved. */
export type ResolvedTLS = Resolved<{ readonly config: TLSServerConfig | TLSClientConfig }>['config']
