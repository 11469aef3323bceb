import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import { fileUnreadable, keyAndCertificate, unusable } from './errors.ts'
import type { ResolvedTLS } from './tls-config.ts'
import { tlsProblem } from './tls-problem.ts'

type Given = string | Uint8Array

/** TLS of a driver, with all files read. */
export interface LoadedTLS {
  /** What `node:tls` takes. */
  readonly options: NodeTLSOptions
  /** Says in words why a handshake failed, as tlsProblem() does. */
  problemOf(error: Error, socket?: object): string | undefined
}

interface NodeTLSOptions {
  readonly secureContext: SecureContext
  readonly key?: Buffer
  readonly cert?: Buffer
  readonly ca?: Buffer[]
  readonly passphrase?: string
  readonly servername?: string
  readonly requestCert?: boolean
  readonly rejectUnauthorized?: boolean
}

/** @throws TLS_INVALID */
export async function readTLS(label: string, option: string, config: ResolvedTLS): Promise<LoadedTLS> {
  const { key, cert, ca, ...others } = config
  if (key === undefined && cert !== undefined) throw keyAndCertificate(label, option, 'cert', 'key')
  if (cert === undefined && key !== undefined) throw keyAndCertificate(label, option, 'key', 'cert')
  const load = (name: string, given: unknown) =>
    given === undefined ? undefined : read(label, `${option}.${name}`, given as Given)
  const authorities = ca === undefined ? undefined : ([ca].flat() as readonly Given[])
  const files = {
    key: await load('key', key),
    cert: await load('cert', cert),
    ca: authorities && (await Promise.all(authorities.map((each) => read(label, `${option}.ca`, each)))),
  }
  const options = Object.fromEntries(
    Object.entries({ ...others, ...files }).filter(([, value]) => value !== undefined),
  )
  return { options: { ...options, secureContext: contextOf(label, option, options) }, problemOf: tlsProblem }
}

/** Certificates are read once, ahead of all connections. */
function contextOf(label: string, option: string, options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options)
  } catch (error) {
    throw unusable(label, option, error)
  }
}

async function read(label: string, option: string, given: Given): Promise<Buffer> {
  if (typeof given !== 'string' || given.includes('-----BEGIN ')) return Buffer.from(given)
  try {
    return await readFile(given)
  } catch (error) {
    throw fileUnreadable(label, option, given, error)
  }
}
