import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createTestCertificates } from './test-certificates.ts'

test('certificates of server and client are of the authority, and RSA', async () => {
  const { ca, server, client } = await createTestCertificates({ clientName: 'trader' })
  const authority = new X509Certificate(ca)
  expect(authority.ca).toBe(true)
  for (const { cert, key, ca: own } of [server, client]) {
    const certificate = new X509Certificate(cert)
    expect(own).toBe(ca)
    expect(certificate.verify(authority.publicKey)).toBe(true)
    expect(certificate.ca).toBe(false)
    expect(certificate.publicKey.asymmetricKeyType).toBe('rsa')
    expect(key).toContain('-----BEGIN PRIVATE KEY-----')
  }
  expect(new X509Certificate(client.cert).subject).toBe('CN=trader')
})

test('the certificate of the server is for localhost and its addresses, or for what is given', async () => {
  const usual = new X509Certificate((await createTestCertificates()).server.cert)
  expect(['localhost', 'other.test'].map((name) => usual.checkHost(name))).toEqual(['localhost', undefined])
  expect(['127.0.0.1', '::1', '10.0.0.1'].map((ip) => usual.checkIP(ip))).toEqual([
    '127.0.0.1',
    '::1',
    undefined,
  ])
  const given = await createTestCertificates({ names: ['exchange.test'], ips: ['10.0.0.1'] })
  const own = new X509Certificate(given.server.cert)
  expect([own.checkHost('exchange.test'), own.checkHost('localhost'), own.checkIP('10.0.0.1')]).toEqual([
    'exchange.test',
    undefined,
    '10.0.0.1',
  ])
})

test('they are valid for a day, or when it is said', async () => {
  const day = 24 * 60 * 60 * 1_000
  const usual = new X509Certificate((await createTestCertificates()).client.cert)
  expect(usual.validFromDate.getTime()).toBeLessThan(Date.now())
  expect(usual.validToDate.getTime()).toBeGreaterThan(Date.now() + day - 60_000)
  const notBefore = new Date('2020-01-01T00:00:00Z')
  const notAfter = new Date('2020-01-02T00:00:00Z')
  const old = new X509Certificate((await createTestCertificates({ notBefore, notAfter })).server.cert)
  expect([old.validFromDate, old.validToDate]).toEqual([notBefore, notAfter])
})

test('an option that there is not, or of the wrong type, is refused by name', async () => {
  const refused = (options: object) => createTestCertificates(options).catch((error: Error) => error.message)
  expect(await refused({ name: ['shop.test'] })).toBe(
    "createTestCertificates() has no option `name` (given [ 'shop.test' ]). Did you mean `names`?",
  )
  const wrong = {
    names: 'x',
    ips: ['localhost'],
    clientName: 5,
    notBefore: '2020',
    notAfter: new Date('x'),
    directory: 1,
  }
  for (const [option, value] of Object.entries(wrong))
    expect(await refused({ [option]: value })).toContain(`createTestCertificates(): option \`${option}`)
})

test('two runs have two authorities', async () => {
  const [one, other] = await Promise.all([createTestCertificates(), createTestCertificates()])
  expect(new X509Certificate(one.server.cert).verify(new X509Certificate(other.ca).publicKey)).toBe(false)
})

test('in a directory they are files, which only their owner may read', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'testrig-tls-'))
  onTestFinished(() => rmSync(parent, { recursive: true }))
  const directory = join(parent, 'certificates')
  const { ca, server, client } = await createTestCertificates({ directory })
  expect(server).toEqual({ key: join(directory, 'server-key.pem'), cert: join(directory, 'server.pem'), ca })
  expect(client).toEqual({ key: join(directory, 'client-key.pem'), cert: join(directory, 'client.pem'), ca })
  expect(
    new X509Certificate(readFileSync(server.cert)).verify(new X509Certificate(readFileSync(ca)).publicKey),
  ).toBe(true)
  expect(statSync(server.key).mode & 0o777).toBe(0o600)
})
