import { readFile } from 'node:fs/promises'
import { type Late, late, type Schema } from '@testrig/core'
import * as v from 'valibot'
import { type Origin, tlsFile, tlsMaterial } from './errors.ts'
import { strictObject } from './strict-object.ts'

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

/** TLS options with all files read. */
export interface LoadedTLS {
  readonly key?: Buffer
  readonly cert?: Buffer
  readonly ca?: Buffer[]
  readonly passphrase?: string
  readonly servername?: string
  readonly requestCert?: boolean
  readonly rejectUnauthorized?: boolean
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

/** Reads the files that TLS options name, and checks that keys and certificates are usable. @throws HTTP_TLS_INVALID */
export async function loadTLS(origin: Origin, options: object | undefined): Promise<LoadedTLS> {
  if (options === undefined) return {}
  const { key, cert, ca, ...others } = options as Record<string, unknown>
  const load = (name: string, value: unknown) =>
    value === undefined ? undefined : loadPEM(origin, `tls.${name}`, value as string | Uint8Array)
  const all = Array.isArray(ca) ? ca : ca === undefined ? [] : [ca]
  const files = {
    key: await load('key', key),
    cert: await load('cert', cert),
    ca: all.length === 0 ? undefined : await Promise.all(all.map((each) => load('ca', each))),
  }
  const loaded = Object.fromEntries(
    Object.entries({ ...others, ...files }).filter(([, value]) => value !== undefined),
  ) as LoadedTLS
  try {
    process.getBuiltinModule('node:tls').createSecureContext(loaded)
  } catch (error) {
    throw tlsMaterial(origin, error)
  }
  return loaded
}

async function loadPEM(origin: Origin, option: string, value: string | Uint8Array): Promise<Buffer> {
  if (typeof value !== 'string') return Buffer.from(value)
  if (value.includes('-----BEGIN ')) return Buffer.from(value)
  try {
    return await readFile(value)
  } catch (error) {
    throw tlsFile(origin, option, value, error)
  }
}
