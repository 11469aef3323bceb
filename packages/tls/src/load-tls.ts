import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import type { Resolved } from '@testrig/core'
import { fileUnreadable, unusable } from './errors.ts'
import type { TLSClientConfig, TLSServerConfig } from './tls-config.ts'

type Given = string | Uint8Array

/** The TLS option of a driver, with its context values resolved. */
export type ResolvedTLS = Resolved<{ readonly config: TLSServerConfig | TLSClientConfig }>['config']

/** TLS options as `node:tls` takes them, with all files read. */
export interface LoadedTLS {
  readonly key?: Buffer
  readonly cert?: Buffer
  readonly ca?: Buffer[]
  readonly passphrase?: string
  readonly servername?: string
  readonly requestCert?: boolean
  readonly rejectUnauthorized?: boolean
}

/**
 * Reads the files that an option of a driver names, and checks that a key and a certificate fit each other.
 *
 * @throws TLS_INVALID
 */
export async function loadTLS(label: string, option: string, config: ResolvedTLS): Promise<LoadedTLS> {
  const { key, cert, ca, ...others } = config
  const load = (name: string, given: unknown) =>
    given === undefined ? undefined : read(label, `${option}.${name}`, given as Given)
  const authorities = ca === undefined ? undefined : ([ca].flat() as readonly Given[])
  const files = {
    key: await load('key', key),
    cert: await load('cert', cert),
    ca: authorities && (await Promise.all(authorities.map((each) => read(label, `${option}.ca`, each)))),
  }
  const loaded = Object.fromEntries(
    Object.entries({ ...others, ...files }).filter(([, value]) => value !== undefined),
  )
  try {
    createSecureContext(loaded as SecureContextOptions)
  } catch (error) {
    throw unusable(label, option, error)
  }
  return loaded
}

async function read(label: string, option: string, given: Given): Promise<Buffer> {
  if (typeof given !== 'string' || given.includes('-----BEGIN ')) return Buffer.from(given)
  try {
    return await readFile(given)
  } catch (error) {
    throw fileUnreadable(label, option, given, error)
  }
}
