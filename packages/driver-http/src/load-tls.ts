import { readFile } from 'node:fs/promises'
import { type Origin, tlsFile, tlsMaterial } from './errors.ts'

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
