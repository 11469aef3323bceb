import { expect, test } from 'vitest'
import { isSecretName } from '../secret-names.ts'
import { Mask } from './mask.ts'

const mask = new Mask()

test('names of secrets are told from others', () => {
  const secret = [
    'password',
    'dbPassword',
    'DB_PASSWD',
    'passphrase',
    'pass',
    'token',
    'accessToken',
    'api_key',
    'apikey',
    'apiKey',
    'secret',
    'clientSecret',
    'ssl.keystore.password',
    'key',
    'Authorization',
    'credentials',
  ]
  const open = ['passed', 'passive', 'tokenizer', 'keyboard', 'monkey', 'author', 'port', 'host', 'compass']
  expect(secret.filter((name) => !isSecretName(name))).toEqual([])
  expect(open.filter((name) => isSecretName(name))).toEqual([])
})

test('values of secret names are masked wherever they are nested; all else stays', () => {
  const value = {
    port: 1,
    tls: { key: 'abc', cert: 'def' },
    users: [{ name: 'a', password: 'b' }],
    token: '',
    isSecret: true,
  }
  expect(mask.value(value)).toEqual({
    port: 1,
    tls: { key: '***', cert: 'def' },
    users: [{ name: 'a', password: '***' }],
    token: '',
    isSecret: true,
  })
})

test('arguments: a value behind its flag, in the flag, in an assignment, in a URL', () => {
  const given = [
    'app',
    '--password=a b',
    '--token',
    'x1',
    '--port',
    '80',
    '-Dssl.keystore.password=x',
    'API_KEY=y',
    'postgres://me:pw@host/db',
    '--secret',
    '--verbose',
  ]
  expect(mask.arguments(given)).toEqual([
    'app',
    '--password=***',
    '--token',
    '***',
    '--port',
    '80',
    '-Dssl.keystore.password=***',
    'API_KEY=***',
    'postgres://me:***@host/db',
    '--secret',
    '--verbose',
  ])
})

test('what holds itself in many ways is looked through once, and once more as a secret', () => {
  const parts = Array.from({ length: 30 }, (): Record<string, unknown> => ({}))
  for (const part of parts) for (const [index, other] of parts.entries()) part[`to${index}`] = other
  ;(parts[0] as Record<string, unknown>)['value'] = 'open sesame'
  const mask = new Mask()
  mask.learn(parts)
  expect(mask.text('open sesame')).toBe('open sesame')
  mask.learn({ credentials: parts[1] })
  expect(mask.text('open sesame')).toBe('***')
})

test('texts: what a name precedes, in the forms that logs have', () => {
  const text = `connecting with password=abc, user=me
{"token":"abc","port":80}
secret: 'a b' and more
Authorization: Basic YWJjOmRlZg==
GET / Bearer 0123456789abcdef0123
sh -c "run --api-key abc --port 80"
redis://:abc@127.0.0.1:6379 http://127.0.0.1:80/
-----BEGIN PRIVATE KEY-----
MIIB
-----END PRIVATE KEY-----
the keyboard: german`
  expect(mask.text(text)).toMatchInlineSnapshot(`
    "connecting with password=***, user=me
    {"token":"***","port":80}
    secret: '***' and more
    Authorization: ***
    GET / Bearer ***
    sh -c "run --api-key abc --port 80"
    redis://:***@127.0.0.1:6379 http://127.0.0.1:80/
    -----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY-----
    the keyboard: german"
  `)
})

test('a secret that is known is masked where no name precedes it; a short one is not looked for', () => {
  const knowing = new Mask()
  knowing.learn({
    env: { DB_PASSWORD: 'hunter22' },
    args: ['--token', 'tok-12345', '--password=longer-one'],
    pin: { key: 'ab' },
  })
  expect(knowing.text('login of me/hunter22 with tok-12345 and longer-one, ab')).toBe(
    'login of me/*** with *** and ***, ab',
  )
})

test('names can be given in place of the usual ones', () => {
  const own = new Mask({ names: ['iban', /^pin$/] })
  expect(own.value({ password: 'a', userIBAN: 'b', pin: 1, pins: 2 })).toEqual({
    password: 'a',
    userIBAN: '***',
    pin: '***',
    pins: 2,
  })
  expect(own.text('IBAN=DE1 password=a')).toBe('IBAN=*** password=a')
})

test('logs are masked unless asked otherwise, and false masks nothing', () => {
  expect(mask.log('password=a')).toBe('password=***')
  expect(new Mask({ logs: false }).log('password=a')).toBe('password=a')
  expect(new Mask({ logs: false }).text('password=a')).toBe('password=***')
  expect(new Mask(false).value({ password: 'a' })).toEqual({ password: 'a' })
})

test('a password that is a word of what is shown anyway is masked by its name only', () => {
  const knowing = new Mask()
  knowing.learn({ binary: '/usr/bin/postgres', env: { POSTGRES_PASSWORD: 'postgres' } })
  expect(knowing.text('POSTGRES_PASSWORD=postgres: postgres is ready')).toBe(
    'POSTGRES_PASSWORD=*** postgres is ready',
  )
})

test('long lines are masked in linear time', () => {
  const long = ['a', 'a-', 'a.', 'a:', '-a ', '://a:'].map((part) => part.repeat(300_000))
  for (const line of long) expect(mask.text(line).length).toBeGreaterThan(0)
})
