import { expect, test } from 'vitest'
import { TCPClient } from './tcp-client.ts'
import { TCPServer } from './tcp-server.ts'

const key = 'key'
const cert = 'cert'

const SERVER: readonly (readonly [option: string, value: unknown])[] = [
  ['host', 1],
  ['host', ''],
  ['port', 'http'],
  ['port', -1],
  ['port', 65_536],
  ['port', 1.5],
  ['backlog', 0],
  ['backlog', 65_536],
  ['backlog', 'all'],
  ['allowHalfOpen', 'yes'],
  ['tls', true],
  ['tls', []],
  ['tls.key', { cert }],
  ['tls.key', { key: 5, cert }],
  ['tls.key', { key: '', cert }],
  ['tls.cert', { key }],
  ['tls.ca', { key, cert, ca: 5 }],
  ['tls.ca', { key, cert, ca: [5] }],
  ['tls.passphrase', { key, cert, passphrase: '' }],
  ['tls.requestCert', { key, cert, requestCert: 1 }],
  ['tls.rejectUnauthorized', { key, cert, rejectUnauthorized: 'no' }],
  ['tls.servername', { key, cert, servername: 'x' }],
  ['prot', 1],
]

const CLIENT: typeof SERVER = [
  ['host', 1],
  ['host', ''],
  ['port', undefined],
  ['port', 'http'],
  ['port', 0],
  ['port', 65_536],
  ['interface', '127.0.0.1'],
  ['interface', ['127.0.0.1', 1]],
  ['interface.host', { host: 'localhost' }],
  ['interface.host', { host: 5 }],
  ['interface.port', { port: 65_536 }],
  ['interface.address', { address: '127.0.0.1' }],
  ['connectAtStart', 'no'],
  ['connectTimeout', 0],
  ['connectTimeout', '1s'],
  ['connectRetry', 3],
  ['allowHalfOpen', 1],
  ['tls', true],
  ['tls.ca', { ca: 5 }],
  ['tls.cert', { cert: 5 }],
  ['tls.key', { key: 5 }],
  ['tls.servername', { servername: '' }],
  ['tls.rejectUnauthorized', { rejectUnauthorized: 1 }],
  ['tls.requestCert', { requestCert: true }],
  ['timeout', 1],
]

function refusal(make: (options: never) => unknown, [option, value]: readonly [string, unknown]): string {
  try {
    make({ [option.split('.')[0] as string]: value } as never)
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

test.for(SERVER)('the server refuses the option %s: %o', (row) => {
  expect(refusal((options) => new TCPServer(options), row)).toContain(`option \`${row[0]}\``)
})

test.for(CLIENT)('the client refuses the option %s: %o', (row) => {
  expect(refusal((options) => new TCPClient({ port: 1, ...(options as object) }), row)).toContain(
    `option \`${row[0]}\``,
  )
})

test('a refusal says what was expected and what was given', () => {
  const rows = SERVER.map((row) => refusal((options) => new TCPServer(options), row))
  expect(rows.join('\n')).toMatchInlineSnapshot(`
    "TCPServer: option \`host\` must be a host name or an address, or a context value, but is 1 (number).
    TCPServer: option \`host\` must be a host name or an address, or a context value, but is '' (string).
    TCPServer: option \`port\` must be an integer from 0 to 65535, or a context value, but is 'http' (string).
    TCPServer: option \`port\` must be an integer from 0 to 65535, or a context value, but is -1 (number).
    TCPServer: option \`port\` must be an integer from 0 to 65535, or a context value, but is 65536 (number).
    TCPServer: option \`port\` must be an integer from 0 to 65535, or a context value, but is 1.5 (number).
    TCPServer: option \`backlog\` must be an integer from 1 to 65535, or a context value, but is 0 (number).
    TCPServer: option \`backlog\` must be an integer from 1 to 65535, or a context value, but is 65536 (number).
    TCPServer: option \`backlog\` must be an integer from 1 to 65535, or a context value, but is 'all' (string).
    TCPServer: option \`allowHalfOpen\` must be a boolean, but is 'yes' (string).
    TCPServer: option \`tls\` must be an object with key, cert, ca, passphrase, requestCert, rejectUnauthorized, or a context value, but is true (boolean).
    TCPServer: option \`tls\` must be an object with key, cert, ca, passphrase, requestCert, rejectUnauthorized, or a context value, but is [].
    TCPServer: option \`tls.key\` must be given, but is undefined.
    TCPServer: option \`tls.key\` must be PEM text, its bytes, or the path of a PEM file, or a context value, but is 5 (number).
    TCPServer: option \`tls.key\` must be PEM text, its bytes, or the path of a PEM file, or a context value, but is '' (string).
    TCPServer: option \`tls.cert\` must be given, but is undefined.
    TCPServer: option \`tls.ca\` must be PEM text, its bytes, or the path of a PEM file, or an array of them, but is 5 (number).
    TCPServer: option \`tls.ca\` must be PEM text, its bytes, or the path of a PEM file, or an array of them, but is [ 5 ].
    TCPServer: option \`tls.passphrase\` must be a non-empty string, or a context value, but is '' (string).
    TCPServer: option \`tls.requestCert\` must be a boolean, but is 1 (number).
    TCPServer: option \`tls.rejectUnauthorized\` must be a boolean, but is 'no' (string).
    TCPServer: option \`tls.servername\` must be left out, as the keys are key, cert, ca, passphrase, requestCert, rejectUnauthorized, but is 'x' (string).
    TCPServer has no option \`prot\` (given 1 (number)). Did you mean \`port\`?"
  `)
})
