import { join } from 'node:path'
import { Driver, environment } from '@testrig/core'
import { HTTPClient, HTTPServer } from '@testrig/driver-http'
import { createTestCertificates } from '@testrig/tls'
import { expect, test } from 'vitest'

// #region driver
/** Makes certificates when the environment starts; its attributes are the paths of their files. */
class Certificates extends Driver {
  ca: string | undefined
  key: string | undefined
  cert: string | undefined

  protected override async starting(): Promise<void> {
    const made = await createTestCertificates({ directory: join(this.runpath, 'certificates') })
    this.ca = made.ca
    this.key = made.server.key
    this.cert = made.server.cert
  }
}

const definition = environment()
  .add('certificates', () => new Certificates())
  .add('service', ({ certificates }) => {
    return new HTTPServer({
      routes: { '/health': { body: 'ok' } },
      tls: { key: certificates.key, cert: certificates.cert },
    })
  })
  .add('client', ({ certificates, service }) => {
    return new HTTPClient({ baseUrl: service.url, tls: { ca: certificates.ca } })
  })
// #endregion driver

test('a service is asked by https', async () => {
  await using group = await definition.start()
  const { client } = group.drivers
  expect(client.url).toMatch(/^https:/)
  expect((await client.get('/health')).text).toBe('ok')
})

test('who knows not the authority is told so', async () => {
  await using group = await definition.start()
  const { service } = group.drivers
  // #region refused
  await using stranger = new HTTPClient({ baseUrl: service.url })
  await stranger.start()
  await expect(stranger.get('/health')).rejects.toThrow(
    'the certificate of the peer comes from an authority that is not known here',
  )
  // #endregion refused
})

test('both sides show a certificate', async () => {
  // #region mutual
  const { ca, server, client } = await createTestCertificates({ clientName: 'trader' })
  await using service = new HTTPServer({
    handler: () => ({ body: 'welcome' }),
    tls: { ...server, requestCert: true }, // `server` holds key, cert and ca.
  })
  await service.start()
  await using trader = new HTTPClient({ baseUrl: service.url, tls: client })
  await using nobody = new HTTPClient({ baseUrl: service.url, tls: { ca } })
  await Promise.all([trader.start(), nobody.start()])

  expect((await trader.get('/')).text).toBe('welcome')
  await expect(nobody.get('/')).rejects.toThrow('the peer wants a certificate')
  // #endregion mutual
})

test('certificates that have expired', async () => {
  // #region expired
  const old = await createTestCertificates({
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2020-01-02'),
  })
  await using service = new HTTPServer({ handler: () => ({ body: 'welcome' }), tls: old.server })
  await service.start()
  await using client = new HTTPClient({ baseUrl: service.url, tls: { ca: old.ca } })
  await client.start()
  await expect(client.get('/')).rejects.toThrow('the certificate of the peer has expired')
  // #endregion expired
})
