import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Certificate {
  /** Path of the PEM file. */
  readonly key: string
  readonly cert: string
}

export interface Certificates {
  readonly ca: string
  readonly server: Certificate
  readonly client: Certificate
  remove(): void
}

/** Whether the program runs here. */
export function hasProgram(name: string, argument: string): boolean {
  try {
    execFileSync(name, [argument], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Makes an authority and certificates that it has signed for a server and a client, with the `openssl` program. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = mkdtempSync(join(tmpdir(), 'testrig-http-'))
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
  )
  const signed = async (name: string, extension: string) => {
    writeFileSync(join(folder, `${name}.ext`), extension)
    await openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2']
    await openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    )
    return { key: join(folder, `${name}.key`), cert: join(folder, `${name}.pem`) }
  }
  const server = await signed('server', 'subjectAltName=IP:127.0.0.1,DNS:service.test')
  const client = await signed('client', 'extendedKeyUsage=clientAuth')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  return { ca: join(folder, 'ca.pem'), server, client, remove }
}
