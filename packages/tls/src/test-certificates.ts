import { mkdir, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { isDate } from 'node:util/types'
import { type OptionSchemas, text, validateOptions } from '@testrig/core'
import * as v from 'valibot'

export interface TestCertificateOptions {
  /** Names of hosts that the server's certificate is for. @default ['localhost'] */
  readonly names?: readonly string[] | undefined
  /** IP addresses that the server's certificate is for. @default ['127.0.0.1', '::1'] */
  readonly ips?: readonly string[] | undefined
  /** The common name of the client's certificate. @default 'client' */
  readonly clientName?: string | undefined
  /** When the certificates of server and client begin to be valid. @default a minute ago */
  readonly notBefore?: Date | undefined
  /** When the certificates of server and client expire. @default in a day */
  readonly notAfter?: Date | undefined
  /** A directory to write them to, made if need be; what is given are then paths. @default none */
  readonly directory?: string | undefined
}

const date = v.optional(v.custom<Date>((given) => isDate(given) && !Number.isNaN(given.getTime()), 'a Date'))
const ip = v.custom<string>((given) => typeof given === 'string' && isIP(given) !== 0, 'an IP address')

const schemas: OptionSchemas<TestCertificateOptions> = {
  names: v.optional(v.array(text(), 'an array of names')),
  ips: v.optional(v.array(ip, 'an array of addresses')),
  clientName: v.optional(text()),
  notBefore: date,
  notAfter: date,
  directory: v.optional(text('a path')),
}

/** What one side needs: its certificate and key, and the authority of the other side's; PEM texts, or paths. */
export interface TestCertificate {
  readonly key: string
  readonly cert: string
  readonly ca: string
}

/** An authority that only these two trust, and an RSA certificate of it for each. */
export interface TestCertificates {
  /** The certificate of the authority. */
  readonly ca: string
  readonly server: TestCertificate
  readonly client: TestCertificate
}

interface Pair {
  readonly key: string
  readonly cert: string
}

/** What a certificate is made from, as selfsigned takes it. */
type Details = Parameters<typeof import('selfsigned').generate>[1]

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/**
 * Makes an authority and RSA certificates of it for a server and a client, which last for a test.
 *
 * @throws OPTION_UNKNOWN, OPTION_INVALID
 */
export async function createTestCertificates(
  options: TestCertificateOptions = {},
): Promise<TestCertificates> {
  validateOptions('createTestCertificates()', schemas, { ...options })
  const { names = ['localhost'], ips = ['127.0.0.1', '::1'], clientName = 'client', directory } = options
  const authority = await createAuthority()
  const altNames = [
    ...names.map((value) => ({ type: 2 as const, value })),
    ...ips.map((ip) => ({ type: 7 as const, ip })),
  ]
  const serverDetails = [
    { name: 'subjectAltName' as const, altNames },
    { name: 'extKeyUsage' as const, serverAuth: true },
  ]
  const [server, client] = await Promise.all([
    signed(authority, names[0] ?? 'server', { ...lifetime(options), extensions: serverDetails }),
    signed(authority, clientName, {
      ...lifetime(options),
      extensions: [{ name: 'extKeyUsage', clientAuth: true }],
    }),
  ])
  const place = (name: string, content: string) =>
    directory === undefined ? content : written(directory, name, content)
  const ca = await place('ca.pem', authority.cert)
  return {
    ca,
    server: {
      key: await place('server-key.pem', server.key),
      cert: await place('server.pem', server.cert),
      ca,
    },
    client: {
      key: await place('client-key.pem', client.key),
      cert: await place('client.pem', client.cert),
      ca,
    },
  }
}

function createAuthority(): Promise<Pair> {
  return create('Testrig test authority', {
    ...lifetime({}),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
}

function signed(authority: Pair, name: string, details: NonNullable<Details>): Promise<Pair> {
  return create(name, {
    ...details,
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      ...(details.extensions ?? []),
    ],
  })
}

async function create(name: string, details: NonNullable<Details>): Promise<Pair> {
  const { generate } = await import('selfsigned') // Takes a while to load, and only some tests need it.
  const made = await generate([{ name: 'commonName', value: name }], {
    keySize: 2_048,
    algorithm: 'sha256',
    ...details,
  })
  return { key: made.private, cert: made.cert }
}

/** From a minute ago, as clocks differ, and for a day. */
function lifetime({ notBefore, notAfter }: TestCertificateOptions): {
  notBeforeDate: Date
  notAfterDate: Date
} {
  const now = Date.now()
  return { notBeforeDate: notBefore ?? new Date(now - MINUTE), notAfterDate: notAfter ?? new Date(now + DAY) }
}

async function written(directory: string, name: string, content: string): Promise<string> {
  const path = join(directory, name)
  await mkdir(directory, { recursive: true })
  await writeFile(path, content, { mode: 0o600 })
  return path
}
