import type { ConnectionOptions, TlsOptions } from 'node:tls'
import { type Late, late, type Schema, strictObject } from '@testrig/core'
import * as v from 'valibot'

/** The content of a PEM file. */
export type Pem = string | Uint8Array

/** TLS of a server. */
export interface TCPServerTls {
  /** The private key of the certificate, as PEM. */
  readonly key: Late<Pem>
  /** The certificate, as PEM, followed by those between it and the authority. */
  readonly cert: Late<Pem>
  /** The authorities that certificates of clients must come from, as PEM. @default those that Node.js trusts */
  readonly ca?: Late<Pem> | readonly Late<Pem>[] | undefined
  /** What the key is encrypted with. @default none */
  readonly passphrase?: Late<string> | undefined
  /** Whether clients are asked for a certificate. @default false */
  readonly requestCert?: boolean | undefined
  /** Whether a client without a valid certificate is refused, when it was asked for one. @default true */
  readonly rejectUnauthorized?: boolean | undefined
}

/** TLS of a client. */
export interface TCPClientTls {
  /** The authorities that the certificate of the server must come from, as PEM. @default those that Node.js trusts */
  readonly ca?: Late<Pem> | readonly Late<Pem>[] | undefined
  /** The client's own certificate, as PEM. @default none */
  readonly cert?: Late<Pem> | undefined
  /** The private key of the certificate, as PEM. @default none */
  readonly key?: Late<Pem> | undefined
  /** What the key is encrypted with. @default none */
  readonly passphrase?: Late<string> | undefined
  /** The name that the certificate of the server must be for, also sent to the server (SNI). @default the host */
  readonly servername?: Late<string> | undefined
  /** Whether a server without a valid certificate is refused. @default true */
  readonly rejectUnauthorized?: boolean | undefined
}

const text = (expected: string) => v.pipe(v.string(expected), v.nonEmpty(expected))
const pemText = 'a non-empty PEM text or a Uint8Array of one'
const pem = late(v.union([text(pemText), v.instance(Uint8Array)], pemText) as unknown as Schema<Pem>)
const authorities = v.optional(v.union([pem, v.array(pem)], `${pemText}, or an array of them`))
const passphrase = v.optional(late(text('a non-empty string') as unknown as Schema<string>))
const flag = v.optional(v.boolean('a boolean'))

export const serverTlsSchema: Schema<TCPServerTls> = strictObject<TCPServerTls>({
  key: pem,
  cert: pem,
  ca: authorities,
  passphrase,
  requestCert: flag,
  rejectUnauthorized: flag,
})

export const clientTlsSchema: Schema<TCPClientTls> = strictObject<TCPClientTls>({
  ca: authorities,
  cert: v.optional(pem),
  key: v.optional(pem),
  passphrase,
  servername: v.optional(late(text('a host name') as unknown as Schema<string>)),
  rejectUnauthorized: flag,
})

/** Resolved options as `node:tls` takes them: they have its names and meanings. */
export function nodeTls(resolved: object): TlsOptions & ConnectionOptions {
  return { ...resolved }
}
