import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What must follow the title of a test when openssl is missing. */
export const noOpenssl: string | undefined = works('openssl', 'version') ? undefined : ' (openssl is missing)'

export interface Certificates {
  readonly ca: string
  readonly key: string
  readonly cert: string
  /** `key` encrypted with the passphrase `secret`. */
  readonly encryptedKey: string
}

/** An authority with one certificate, for 127.0.0.1, localhost and example.test. */
export function certificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'testrig-tls-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  try {
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
      '-days',
      '2',
      '-subj',
      '/CN=Testrig CA',
    )
    openssl('req', ...key, '-keyout', 'own.key', '-out', 'own.csr', '-subj', '/CN=own')
    writeFileSync(join(directory, 'names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:example.test\n')
    const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2']
    openssl('x509', '-req', '-in', 'own.csr', '-out', 'own.crt', ...signed)
    openssl('pkcs8', '-topk8', '-in', 'own.key', '-out', 'own.enc', '-passout', 'pass:secret')
    const read = (name: string) => readFileSync(join(directory, name), 'utf8')
    return { ca: read('ca.crt'), key: read('own.key'), cert: read('own.crt'), encryptedKey: read('own.enc') }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function works(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
