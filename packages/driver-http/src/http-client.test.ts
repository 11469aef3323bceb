import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import { attributes, context, environment, type TestrigError } from '@testrig/core'
import { testDriver } from '@testrig/core/testing'
import { running } from '@testrig/sockets/testing'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { hasProgram } from '../test/has-program.ts'
import type { HTTPClientOptions } from './client-options.ts'
import { HTTPClient } from './http-client.ts'
import type { HTTPResponse } from './http-response.ts'
import { HTTPServer } from './http-server.ts'
import type { MockResponse } from './mock-response.ts'
import type { SentRequest } from './sent-request.ts'

testDriver('HTTPClient', {
  companions: () => [new HTTPServer({ name: 'server', handler: () => ({}) })],
  create: (options) =>
    new HTTPClient({ baseUrl: context('server', '{{ url }}'), ...(options as HTTPClientOptions) }),
  createAny: (options) => new HTTPClient(options as HTTPClientOptions),
  probe: (client) => () =>
    client.get('/').then(
      () => true,
      () => false,
    ),
  badOptions: [
    { host: 1 },
    { host: 'http://a' },
    { host: 'a:80' },
    { host: '' },
    { port: 0 },
    { port: 65_536 },
    { port: '80' },
    { protocol: 'ftp' },
    { baseUrl: '127.0.0.1:80' },
    { baseUrl: 'http://a/?b=c' },
    { headers: 'a: b' },
    { headers: { a: 1 } },
    { timeout: 0 },
    { timeout: '5s' },
    { maxRedirects: -1 },
    { keepAlive: 'yes' },
    { tls: { ca: 1 } },
    { tls: { pfx: 'a' } },
    { tls: { rejectUnauthorized: 'no' } },
  ],
})

const echo = ({
  method,
  url,
  headers,
  text,
}: {
  method: string
  url: string
  headers: object
  text: string
}) => ({
  body: { method, url, headers, text },
})

interface Echo {
  method: string
  url: string
  headers: Record<string, string>
  text: string
}

async function pair(
  options: Partial<HTTPClientOptions> = {},
  handler: () => MockResponse | Promise<MockResponse> = echo as never,
): Promise<{ server: HTTPServer; client: HTTPClient }> {
  const server = await running(new HTTPServer({ handler }))
  const client = await running(new HTTPClient({ name: 'client', baseUrl: server.url, ...options }))
  return { server, client }
}

/** A server that does with each connection what it is told. */
async function rawServer(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const failure = (promise: Promise<unknown>): Promise<TestrigError> =>
  promise.then(
    () => Promise.reject(new Error('nothing failed')),
    (error) => error,
  )
const plain = ({ message }: Error) => message.replace(/:\d{4,5}\b/g, ':1234')

describe('asking and waiting', () => {
  test.for(['get', 'post', 'put', 'patch', 'delete'] as const)('%s sends its method', async (method) => {
    const { client } = await pair()
    expect((await client[method]<Echo>('/a')).json.method).toBe(method.toUpperCase())
  })

  test('head gets no body, and any other method goes by request', async () => {
    const { client } = await pair()
    const head = await client.head('/a')
    expect([head.status, head.text, head.json]).toEqual([200, '', undefined])
    expect((await client.request<Echo>('options', '/a')).json.method).toBe('OPTIONS')
    expect((await client.request<Echo>('PROPFIND', '/a')).json.method).toBe('PROPFIND')
  })

  test('an answer has all its parts', async () => {
    const response = { status: 418, headers: { 'X-A': 'b', 'Set-Cookie': ['c=1', 'd=2'] }, body: [1] }
    const { client, server } = await pair({}, () => response)
    const answer = await client.get('/pot')
    expect(answer).toMatchObject({
      status: 418,
      statusText: "I'm a Teapot",
      httpVersion: '1.1',
      json: [1],
      text: '[1]',
      url: `${server.url}/pot`,
    })
    expect(answer.body).toEqual(Buffer.from('[1]'))
    expect(answer.headers).toMatchObject({ 'x-a': 'b', 'set-cookie': ['c=1', 'd=2'] })
    expect(answer.rawHeaders).toContain('X-A')
    expect(answer.request).toMatchObject({ method: 'GET', url: `${server.url}/pot`, body: undefined })
  })

  test('query, headers and bodies are sent', async () => {
    const { client } = await pair({ headers: { 'X-Client': 'a', 'X-Both': 'client' } })
    const sent = async (options: Parameters<HTTPClient['post']>[1]) =>
      (await client.post<Echo>('/a?z=1', options)).json
    expect((await sent({ query: { a: 'b c', n: [1, 2], skip: undefined } })).url).toBe('/a?z=1&a=b+c&n=1&n=2')
    expect((await sent({ query: new URLSearchParams('x=y') })).url).toBe('/a?z=1&x=y')
    expect((await sent({ headers: { 'x-both': 'request', 'X-Request': 'c' } })).headers).toMatchObject({
      'x-client': 'a',
      'x-both': 'request',
      'x-request': 'c',
    })
    const bodies = [
      await sent({ json: { a: null } }),
      await sent({ json: null }),
      await sent({ body: 'é' }),
      await sent({ body: new Uint8Array([65]) }),
      await sent({ form: { a: 'b c', d: true } }),
      await sent({ body: 'x', headers: { 'Content-Type': 'text/csv' } }),
      await sent({}),
    ]
    expect(
      bodies.map(({ headers, text }) => [headers['content-type'], headers['content-length'], text]),
    ).toEqual([
      ['application/json', '10', '{"a":null}'],
      ['application/json', '4', 'null'],
      ['text/plain; charset=utf-8', '2', 'é'],
      ['application/octet-stream', '1', 'A'],
      ['application/x-www-form-urlencoded', '12', 'a=b+c&d=true'],
      ['text/csv', '1', 'x'],
      [undefined, '0', ''],
    ])
  })

  test('GET may have a body, and the Host header may be set', async () => {
    const { client } = await pair()
    const { json } = await client.get<Echo>('/a', { json: [1], headers: { Host: 'virtual.test' } })
    expect(json).toMatchObject({ method: 'GET', text: '[1]' })
    expect(json.headers.host).toBe('virtual.test')
  })

  test.for([
    ['', 'a', '/a'],
    ['/', '/a', '/a'],
    ['/api', 'a', '/api/a'],
    ['/api/', '/a?b', '/api/a?b'],
    ['/api', '', '/api/'],
    ['/api', '/a#b', '/api/a'],
  ] as const)('with %j at the end of baseUrl, %j asks for %s', async ([end, path, url]) => {
    const { server } = await pair()
    const client = await running(new HTTPClient({ baseUrl: server.url + end }))
    expect((await client.get<Echo>(path)).json.url).toBe(url)
  })

  test('a whole URL is asked as it is', async () => {
    const { client } = await pair()
    const { server } = await pair({}, () => ({ body: 'other' }))
    expect((await client.get(`${server.url}/a`)).text).toBe('other')
  })

  test('redirects are given as they are, or followed up to a limit', async () => {
    const { client, server } = await pair()
    server.route('/from', { status: 302, headers: { location: '/to?a=b' } })
    server.route('/again', { status: 307, headers: { location: '/to' } })
    server.route('/loop', { status: 301, headers: { location: 'loop' } })
    expect((await client.get('/from')).status).toBe(302)
    const followed = await client.post<Echo>('/from', { body: 'x', maxRedirects: 1 })
    expect(followed.url).toBe(`${server.url}/to?a=b`)
    expect(followed.request.url).toBe(`${server.url}/from`)
    expect(followed.json).toMatchObject({ method: 'GET', url: '/to?a=b', text: '' })
    const again = await client.post<Echo>('/again', { body: 'x', maxRedirects: 5 })
    expect(again.json).toMatchObject({ method: 'POST', text: 'x' })
    expect(plain(await failure(client.get('/loop', { maxRedirects: 2 })))).toMatchInlineSnapshot(
      `"HTTPClient "client": GET http://127.0.0.1:1234/loop was redirected more than 2 times, last to http://127.0.0.1:1234/loop. Raise \`maxRedirects\`, or look for a loop."`,
    )
  })

  test('a redirect to another server takes no credentials along', async () => {
    const { server: other } = await pair()
    const { client } = await pair({ maxRedirects: 1 }, () => ({
      status: 307,
      headers: { location: other.url },
    }))
    const { json } = await client.get<Echo>('/', { headers: { Authorization: 'secret', 'X-Kept': 'a' } })
    expect(json.headers.authorization).toBeUndefined()
    expect(json.headers['x-kept']).toBe('a')
  })

  test('a connection is made for each request, unless keepAlive is set', async () => {
    const { client, server } = await pair()
    await client.get('/')
    await expect.poll(() => server.connections).toBe(0)
    const kept = await running(new HTTPClient({ baseUrl: server.url, keepAlive: true }))
    await kept.get('/')
    await kept.get('/')
    expect(server.connections).toBe(1)
    await kept.stop()
    await expect.poll(() => server.connections).toBe(0)
  })

  test('a server that restarted is asked anew', async () => {
    const { client, server } = await pair()
    await client.post('/')
    await server.restart()
    expect((await client.post('/')).status).toBe(200)
  })

  test('a client of IPv6', async () => {
    const server = await running(new HTTPServer({ host: '::1', handler: echo }))
    const client = await running(new HTTPClient({ host: '::1', port: server.port }))
    expect(client.url).toBe(server.url)
    expect((await client.get<Echo>('/')).json.headers.host).toBe(`[::1]:${server.port}`)
  })
})

describe('sending and receiving', () => {
  test('answers come in the order in which they end, each with its request', async () => {
    const { client, server } = await pair()
    server.respond({ body: 'slow', delay: 100 }, { path: '/slow' })
    const slow = client.send('GET', '/slow')
    await server.receive({ path: '/slow' })
    const fast = client.send('post', '/fast', { json: 1 })
    const first = await client.receive<Echo>()
    expect(first.request).toBe(fast)
    expect(first.json).toMatchObject({ method: 'POST', text: '1' })
    const second = await client.receive()
    expect(second.request).toBe(slow)
    expect(await slow.response).toBe(second)
  })

  test('errors come by receive, and by the handle', async () => {
    const { client, server } = await pair()
    const { port } = server
    await server.stop()
    const sent = client.send('GET', '/a')
    const error = await failure(client.receive())
    expect(error.code).toBe('HTTP_REQUEST_FAILED')
    expect(error.message).toContain(`GET http://127.0.0.1:${port}/a`)
    expect(await failure(sent.response)).toBe(error)
  })

  test('a wrong method or path is an error at once', async () => {
    const { client } = await pair()
    expect(() => client.send('GETT', '/')).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_METHOD_UNKNOWN]: HTTPClient "client": 'GETT' is not an HTTP method. Known are GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS and the others of node:http's METHODS.]`,
    )
    await expect(client.request('', '/')).rejects.toMatchObject({ code: 'HTTP_METHOD_UNKNOWN' })
    await expect(client.get('http://')).rejects.toMatchObject({ code: 'HTTP_REQUEST_INVALID' })
    await expect(client.get(undefined as never)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_REQUEST_INVALID]: HTTPClient "client": GET: a path must be a string, but is undefined.]`,
    )
  })

  test('receive says what is under way when its time is over', async () => {
    const { client, server } = await pair()
    expect(await failure(client.receive({ timeout: 1 }))).toMatchInlineSnapshot(
      `[TestrigError [HTTP_RECEIVE_TIMEOUT]: HTTPClient "client": no answer within 1 ms. None is under way: send() comes before receive().]`,
    )
    server.respond({ delay: 60_000 }, { path: '/slow' })
    client.send('GET', '/slow')
    expect(plain(await failure(client.receive({ timeout: 20 })))).toMatchInlineSnapshot(
      `"HTTPClient "client": no answer within 20 ms. Under way: GET http://127.0.0.1:1234/slow."`,
    )
  })

  test('flush cancels what is under way and drops what has come', async () => {
    const { client, server } = await pair()
    server.respond({ delay: 60_000 }, { path: '/slow' })
    await client.send('GET', '/done').response
    const slow = client.send('GET', '/slow')
    client.flush()
    expect(plain(await failure(slow.response))).toMatchInlineSnapshot(
      `"HTTPClient "client": GET http://127.0.0.1:1234/slow was cancelled by flush()."`,
    )
    client.send('GET', '/next')
    expect((await client.receive()).request.url).toMatch(/next$/)
  })

  test('a handle can be cancelled', async () => {
    const { client, server } = await pair()
    server.respond({ delay: 60_000 }, { path: '/slow' })
    client.send('GET', '/slow').cancel()
    expect(plain(await failure(client.receive()))).toMatchInlineSnapshot(
      `"HTTPClient "client": GET http://127.0.0.1:1234/slow was cancelled by cancel()."`,
    )
    const controller = new AbortController()
    const asked = client.get('/slow', { signal: controller.signal })
    controller.abort()
    expect(await failure(asked)).toMatchObject({ code: 'HTTP_CANCELLED' })
    const late = client.get('/slow', { signal: AbortSignal.abort() })
    expect(await failure(late)).toMatchObject({ code: 'HTTP_CANCELLED' })
  })

  test('a hundred requests are under way at once', async () => {
    const all = Promise.withResolvers<void>()
    const { server, client } = await pair({ timeout: 30_000 }, async () => {
      if (server.requests().length === 100) all.resolve()
      await all.promise
      return {}
    })
    for (let index = 0; index < 100; index++) client.send('GET', `/${index}`)
    const urls = new Set<string>()
    for (let index = 0; index < 100; index++) urls.add((await client.receive()).url)
    expect(urls.size).toBe(100)
  })
})

describe('failures', () => {
  test('a refused connection', async () => {
    const { client, server } = await pair()
    await server.stop()
    const error = await failure(client.get('/a'))
    expect(plain(error)).toMatchInlineSnapshot(
      `"HTTPClient "client": GET http://127.0.0.1:1234/a failed: connect ECONNREFUSED 127.0.0.1:1234. Nothing listens there: check host and port, and that the server has started."`,
    )
    expect(error).toMatchObject({
      code: 'HTTP_REQUEST_FAILED',
      driver: 'client',
      cause: { code: 'ECONNREFUSED' },
    })
  })

  test('a host that is not known', async () => {
    const client = await running(new HTTPClient({ name: 'client', host: 'nowhere.invalid', timeout: 20_000 }))
    expect((await failure(client.get('/'))).message).toContain('The host name is not known: check `host`.')
  })

  test('a server that does not answer', async () => {
    const port = await rawServer(() => {})
    const client = await running(new HTTPClient({ name: 'client', host: '127.0.0.1', port, timeout: 50 }))
    const error = await failure(client.get('/a'))
    expect(error.code).toBe('HTTP_TIMEOUT')
    expect(plain(error)).toMatchInlineSnapshot(
      `"HTTPClient "client": GET http://127.0.0.1:1234/a was not answered within 50 ms: connected, but the server sent nothing. Check the server, or raise \`timeout\`."`,
    )
  })

  test('a server that stops in the middle', async () => {
    const port = await rawServer((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'))
    const client = await running(new HTTPClient({ name: 'client', host: '127.0.0.1', port }))
    expect(plain(await failure(client.get('/a', { timeout: 50 })))).toMatchInlineSnapshot(
      `"HTTPClient "client": GET http://127.0.0.1:1234/a was not answered within 50 ms: status 200 and 3 bytes of the body came, but not its end. Check the server, or raise \`timeout\`."`,
    )
  })

  test('a server that closes the connection', async () => {
    const { client } = await pair({}, () => ({ hangUp: true }))
    expect(plain(await failure(client.get('/a')))).toMatchInlineSnapshot(
      `"HTTPClient "client": GET http://127.0.0.1:1234/a failed: socket hang up. The server closed the connection before its answer was complete."`,
    )
  })

  test('a server that closes the connection in the middle of the body', async () => {
    const port = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'))
    const client = await running(new HTTPClient({ name: 'client', host: '127.0.0.1', port }))
    expect(plain(await failure(client.get('/a')))).toMatchInlineSnapshot(
      `"HTTPClient "client": GET http://127.0.0.1:1234/a failed: aborted. The server closed the connection before its answer was complete."`,
    )
  })

  test('a server that does not speak HTTP', async () => {
    const port = await rawServer((socket) => socket.end('220 mail.test ESMTP\r\n'))
    const client = await running(new HTTPClient({ name: 'client', host: '127.0.0.1', port }))
    expect(plain(await failure(client.get('/a')))).toMatchInlineSnapshot(
      `"HTTPClient "client": GET http://127.0.0.1:1234/a failed: Parse Error: Expected HTTP/, RTSP/ or ICE/. What came is not an HTTP answer: does the server speak HTTP, or want TLS (\`protocol: "https"\`)?"`,
    )
  })

  test('https to a server that speaks http', async () => {
    const { server } = await pair()
    const client = await running(
      new HTTPClient({ name: 'client', host: server.host, port: server.port, protocol: 'https' }),
    )
    const error = await failure(client.get('/a'))
    expect(error.message).toContain('The TLS handshake failed')
  })

  test('an answer that came in time counts, also when this thread was busy until after the timeout', async () => {
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads')
      const server = require('node:http').createServer((_request, response) => {
        parentPort.postMessage('asked')
        setTimeout(() => response.end('in time'), 50)
      })
      server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`,
      { eval: true },
    )
    onTestFinished(() => worker.terminate().then(() => {}))
    const [port] = await once(worker, 'message')
    const client = await running(new HTTPClient({ port, timeout: 300 }))
    const asked = once(worker, 'message')
    const answer = client.get('/')
    await asked
    const end = performance.now() + 400
    while (performance.now() < end);
    expect((await answer).text).toBe('in time')
  })

  test('wrong request options are named', async () => {
    const { client } = await pair()
    const wrong = async (options: object) => plain(await failure(client.get('/a', options as never)))
    expect([
      await wrong({ params: { a: 1 } }),
      await wrong({ json: 1, body: 'a' }),
      await wrong({ json: 1n }),
      await wrong({ body: { a: 1 } }),
      await wrong({ timeout: 0 }),
      await wrong({ headers: { 'a b': 'c' } }),
      await wrong({ query: 'a=b' }),
    ]).toMatchInlineSnapshot(`
      [
        "HTTPClient "client": GET /a: the options are wrong: a request has a \`params\` that must be left out, as the keys are query, headers, json, body, form, timeout, maxRedirects, signal, but is { a: 1 }.",
        "HTTPClient "client": GET /a: the options are wrong: a request must be given one of \`json\`, \`body\` and \`form\`, not several, but is { json: 1, body: 'a' }.",
        "HTTPClient "client": GET /a: \`json\` holds what JSON cannot: Do not know how to serialize a BigInt.",
        "HTTPClient "client": GET /a: the options are wrong: a request has a \`body\` that must be a string or a Uint8Array (values go in \`json\`), but is { a: 1 }.",
        "HTTPClient "client": GET /a: the options are wrong: a request has a \`timeout\` that must be a number of milliseconds from 1 to 2147483647, but is 0.",
        "HTTPClient "client": GET /a: a header cannot be sent: Header name must be a valid HTTP token ["a b"].",
        "HTTPClient "client": GET /a: the options are wrong: a request has a \`query\` that must be a URLSearchParams or an object of strings, numbers, booleans and lists of them, but is 'a=b'.",
      ]
    `)
  })

  test('the server is named in one way', () => {
    const make = (options: object) => () => new HTTPClient({ name: 'client', ...options })
    expect(make({})).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_TARGET_INVALID]: HTTPClient "client": neither \`baseUrl\` nor \`host\` nor \`port\` is given. Name the server either by \`baseUrl\` or by \`host\`, \`port\` and \`protocol\`.]`,
    )
    expect(make({ protocol: 'https' })).toThrow(/neither/)
    expect(new HTTPClient({ name: 'client', port: 8080 }).url).toBe('http://127.0.0.1:8080')
    expect(make({ baseUrl: 'http://a', port: 80, host: 'a' })).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_TARGET_INVALID]: HTTPClient "client": \`baseUrl\` is given together with \`host\`, \`port\`. Name the server either by \`baseUrl\` or by \`host\`, \`port\` and \`protocol\`.]`,
    )
    expect(make({ host: 'http://a' })).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [OPTION_INVALID]: HTTPClient "client": option \`host\` must be a host name or an address, without protocol and port, or a context value, but is 'http://a' (string).]`,
    )
  })

  test('a client that has not started says so', async () => {
    const client = new HTTPClient({ name: 'client', host: 'a' })
    expect(await failure(client.get('/'))).toMatchInlineSnapshot(
      `[TestrigError [HTTP_NOT_STARTED]: HTTPClient "client": request() can be used while the driver runs, but it is idle. Start it first.]`,
    )
    await expect(client.receive()).rejects.toMatchObject({ code: 'HTTP_NOT_STARTED' })
    expect(() => client.flush()).not.toThrow()
  })

  test('stop fails what is under way', async () => {
    const { client, server } = await pair()
    server.respond({ delay: 60_000 }, { path: '/slow' })
    const asked = client.get('/slow')
    const received = failure(client.receive())
    const error = failure(asked)
    await server.receive()
    await client.stop()
    expect((await error).code).toBe('HTTP_STOPPED')
    expect((await received).message).toMatchInlineSnapshot(
      `"HTTPClient "client": the driver was stopped while receive() waited. Await the call before stopping."`,
    )
    await expect.poll(() => server.connections).toBe(0)
  })
})

describe('attributes', () => {
  test.for([
    [{ host: 'a' }, 'a', 80, 'http://a'],
    [{ host: 'a', protocol: 'https' }, 'a', 443, 'https://a'],
    [{ host: '::1', port: 81 }, '::1', 81, 'http://[::1]:81'],
    [{ baseUrl: 'https://a/api/' }, 'a', 443, 'https://a/api'],
    [{ baseUrl: 'http://[::1]:81' }, '::1', 81, 'http://[::1]:81'],
  ] as const)('of %j', ([options, host, port, url]) => {
    const client = new HTTPClient(options)
    expect({ host: client.host, port: client.port, url: client.url }).toEqual({ host, port, url })
    expect(attributes(client)).toMatchObject({ host, port, url })
  })

  test('the builder form wires a client to its server, typed', async () => {
    const definition = environment()
      .add('service', () => new HTTPServer({ handler: echo }))
      .add('client', ({ service }) => new HTTPClient({ host: service.host, port: service.port }))
      .add('based', ({ service }) => new HTTPClient({ baseUrl: service.url, headers: { via: service.url } }))
    const group = await definition.start()
    onTestFinished(() => group.stop())
    const { service, client, based } = group.drivers
    expectTypeOf(client).toEqualTypeOf<HTTPClient>()
    expect(client.url).toBe(service.url)
    expect((await client.get('/')).status).toBe(200)
    expect((await based.get<Echo>('/')).json.headers.via).toBe(service.url)
  })

  test('a template gives a port too', async () => {
    const service = new HTTPServer({ name: 'service', handler: echo })
    const client = new HTTPClient({
      name: 'client',
      host: context('service', '{{ host }}'),
      port: context('service', '{{ port }}'),
    })
    const group = await environment([service, client]).start()
    onTestFinished(() => group.stop())
    expect((await client.get('/')).status).toBe(200)
    expect(client.port).toBe(service.port)
  })

  test('a client whose server is known needs no start to be read', async () => {
    const group = environment()
      .add('early', () => new HTTPClient({ baseUrl: 'http://a' }))
      .add('late', ({ early }) => new HTTPClient({ baseUrl: early.url }))
      .add('later', ({ late }) => new HTTPClient({ baseUrl: late.url }))
      .create()
    const graph = await group.graph()
    expect(graph.before('late')).toEqual([])
    expect(graph.before('later')).toEqual(['late'])
  })

  test('the types of answers and options hold', () => {
    expectTypeOf<HTTPClient['get']>().returns.resolves.toEqualTypeOf<HTTPResponse<unknown>>()
    expectTypeOf<HTTPClient['send']>().returns.toEqualTypeOf<SentRequest>()
    expectTypeOf<HTTPResponse<number[]>['json']>().toEqualTypeOf<number[]>()
    // @ts-expect-error an option of the wrong type
    expect(() => new HTTPClient({ host: 1 })).toThrow()
  })
})

const python = hasProgram('python3', '--version')

test.skipIf(!python)(
  `Python's http.server is asked${python ? '' : ' (skipped: python3 is not installed)'}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'testrig-http-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    writeFileSync(join(folder, 'a.json'), '{"a":[1]}')
    const { process, port } = await pythonServer(folder)
    onTestFinished(() => void process.kill('SIGKILL'))
    const client = await running(new HTTPClient({ host: '127.0.0.1', port }))
    const answer = await client.get('/a.json')
    expect(answer).toMatchObject({ status: 200, httpVersion: '1.0', json: { a: [1] } })
    expect((await client.get('/none')).status).toBe(404)
    expect((await client.post('/a.json', { body: 'x' })).status).toBe(501)
    expect((await client.head('/a.json')).headers['content-length']).toBe('9')
  },
)

async function pythonServer(directory: string): Promise<{ process: ChildProcess; port: number }> {
  const args = ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', directory]
  const process = spawn('python3', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  for await (const line of createInterface({ input: process.stdout! })) {
    const port = /port (\d+)/.exec(line)?.[1]
    if (port !== undefined) return { process, port: Number(port) }
  }
  throw new Error('python3 -m http.server ended')
}

test('a request without an answer shows who made it', async () => {
  const server = await running(new HTTPServer())
  const client = await running(new HTTPClient({ baseUrl: server.url }))
  const theTest = async () => {
    await client.get('/', { timeout: 1 })
  }
  await expect(theTest()).rejects.toMatchObject({ stack: expect.stringContaining('theTest') })
})

test('a receive in vain shows who waited', async () => {
  const server = await running(new HTTPServer())
  const theTest = async () => {
    await server.receive({ timeout: 1 })
  }
  await expect(theTest()).rejects.toMatchObject({ stack: expect.stringContaining('theTest') })
})
