import { join } from 'node:path'
import { Driver } from '@testrig/core'
import { createTestCertificates } from '@testrig/tls'

// #region driver
/** Makes certificates when the environment starts; its attributes are the paths of their files. */
export class Certificates extends Driver {
  ca: string | undefined
  exchangeKey: string | undefined
  exchangeCert: string | undefined
  gatewayKey: string | undefined
  gatewayCert: string | undefined

  protected override async starting(): Promise<void> {
    const directory = join(this.runpath, 'certificates')
    const { ca, server, client } = await createTestCertificates({ directory, clientName: 'gateway' })
    this.ca = ca
    this.exchangeKey = server.key
    this.exchangeCert = server.cert
    this.gatewayKey = client.key
    this.gatewayCert = client.cert
  }
}
// #endregion driver
