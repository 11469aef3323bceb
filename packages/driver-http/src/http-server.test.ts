import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get, request as httpRequest, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { attributes, environment, type Late, TestrigError } from '@testrig/core'
import { testDriver } from '@testrig/core/testing'
import { running } from '@testrig/sockets/testing'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { hasProgram } from '../test/has-program.ts'
import { HTTPClient } from './http-client.ts'
import { HTTPServer, type HTTPServerOptions } from './http-server.ts'
import type { ReceivedRequest } from './received-request.ts'

const run = promisify(execFile)

testDriver('HTTPServer', {
  create: (options) => new HTTPServer(options as HTTPServerOptions),
  createAny: (options) => new HTTPServer(options as HTTPServerOptions),
  probe:
    ({ url }) =>
    () =>
      fetch(`${url}/`, { method: 'TRACK' as string }).then(
        () => true,
        () => accepts(url),
      ),
  badOptions: [
    { host: 1 },
    { host: '' },
    { port: 65_536 },
    { port: -1 },
    { port: '80' },
    { routes: 'GET /' },
    { routes: { orders: {} } },
    { routes: { '/': { status: 42 } } },
    { routes: { '/': { statuz: 200 } } },
    { routes: { '/': { body: 'a', chunks: ['b'] } } },
    { routes: [['/']] },
    { handler: {} },
    { responseTimeout: -1 },
    { responseTimeout: '5s' },
    { maxBodySize: 1.5 },
    { tls: {} },
    { tls: { key: 'k', cert: 'c', keys: 'k' } },
    { tls: { key: 1, cert: 'c' } },
  ],
})

function accepts(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  return once(socket, 'connect').then(
    () => {
      socket.destroy()
      return true
    },
    () => false,
  )
}

const text = async (url: string, init?: RequestInit) => (await fetch(url, init)).text()

describe('answers', () => {
  test('queued responses answer requests without a route in their order', async () => {
    const server = await running(new HTTPServer())
    server.respond({ body: 'first' })
    server.respond({ status: 201, headers: { 'X-Kind': 'a' }, body: { second: [1] } })
    expect(await text(`${server.url}/a`)).toBe('first')
    const second = await fetch(`${server.url}/b`, { method: 'POST' })
    expect(second.status).toBe(201)
    expect(second.headers.get('x-kind')).toBe('a')
    expect(second.headers.get('content-type')).toBe('application/json')
    expect(await second.json()).toEqual({ second: [1] })
  })

  test('a request waits for its response', async () => {
    const server = await running(new HTTPServer())
    const answer = text(`${server.url}/later`)
    await server.receive()
    server.respond({ body: 'here' })
    expect(await answer).toBe('here')
  })

  test('a response for some requests is kept for them and comes before their route', async () => {
    const server = await running(new HTTPServer({ routes: { '/a/:id': { body: 'route' } } }))
    server.respond({ body: 'once' }, { method: 'post', path: '/a/:id' })
    expect(await text(`${server.url}/a/1`)).toBe('route')
    expect(await text(`${server.url}/a/1`, { method: 'POST' })).toBe('once')
    expect(await text(`${server.url}/a/1`, { method: 'POST' })).toBe('route')
  })

  test('the most specific route answers, whatever the order', async () => {
    const routes = [
      ['/*', { body: 'rest' }],
      ['/users/:id', { body: 'one' }],
      ['GET /users/me', { body: 'me' }],
    ] as const
    const server = await running(new HTTPServer({ routes }))
    expect(await text(`${server.url}/users/me`)).toBe('me')
    expect(await text(`${server.url}/users/7`)).toBe('one')
    expect(await text(`${server.url}/x/y`)).toBe('rest')
  })

  test('a handler sees the request with the parameters of its route', async () => {
    const handler = async ({ params, query, json }: ReceivedRequest) => ({
      body: { params, q: query.get('q'), json },
    })
    const server = await running(new HTTPServer({ routes: { 'POST /orders/:id': handler } }))
    const init = {
      method: 'POST',
      body: '[1]',
      headers: { 'content-type': 'application/json; charset=utf-8' },
    }
    expect(await (await fetch(`${server.url}/orders/a%2Fb?q=1`, init)).json()).toEqual({
      params: { id: 'a/b' },
      q: '1',
      json: [1],
    })
  })

  test('routes can be added, replaced and removed while the server runs; a restart brings the declared ones back', async () => {
    const server = await running(new HTTPServer({ routes: { 'GET /a': { body: 'declared' } } }))
    server.route('GET /a', { body: 'replaced' })
    server.route('/b', () => ({ body: 'added' }))
    expect(await text(`${server.url}/a`)).toBe('replaced')
    expect(await text(`${server.url}/b`)).toBe('added')
    server.removeRoute('/b')
    expect(() => server.removeRoute('/b')).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_ROUTE_UNKNOWN]: HTTPServer has no route '/b'. Its routes: GET /a.]`,
    )
    await server.restart()
    const client = await running(new HTTPClient({ baseUrl: server.url }))
    expect((await client.get('/a')).text).toBe('declared')
  })

  test('the fallback handler answers what nothing else does', async () => {
    const server = await running(
      new HTTPServer({ handler: ({ method, path }) => ({ status: 404, body: `${method} ${path}` }) }),
    )
    server.respond({ body: 'queued' })
    expect(await text(`${server.url}/a`)).toBe('queued')
    expect(await text(`${server.url}/a`)).toBe('GET /a')
  })

  test('bodies may be text, bytes, any value as JSON, or chunks', async () => {
    async function* pieces() {
      yield 'a'
      yield Buffer.from('b')
    }
    const server = await running(new HTTPServer())
    for (const response of [
      { body: 'text' },
      { body: new Uint8Array([1, 2]) },
      { body: [1] },
      { body: null },
      { chunks: ['x', 'y'] },
      { chunks: pieces() },
      {},
      { headers: { 'Content-Type': 'text/csv' }, body: 'a,b' },
    ])
      server.respond(response)
    const seen: unknown[] = []
    for (let index = 0; index < 8; index++) {
      const answer = await fetch(server.url)
      seen.push([
        answer.headers.get('content-type'),
        Buffer.from(await answer.arrayBuffer()).toString('latin1'),
      ])
    }
    expect(seen).toEqual([
      ['text/plain; charset=utf-8', 'text'],
      ['application/octet-stream', '\x01\x02'],
      ['application/json', '[1]'],
      ['application/json', 'null'],
      [null, 'xy'],
      [null, 'ab'],
      [null, ''],
      ['text/csv', 'a,b'],
    ])
  })

  test('each chunk arrives when it is there, not at the end', async () => {
    const gate = Promise.withResolvers<void>()
    async function* pieces() {
      yield 'first'
      await gate.promise
      yield 'second'
    }
    const server = await running(new HTTPServer())
    server.respond({ chunks: pieces() })
    const reader = (await fetch(server.url)).body!.getReader()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('first')
    gate.resolve()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('second')
    expect((await reader.read()).done).toBe(true)
  })

  test('hangUp closes the connection instead of an answer', async () => {
    const server = await running(new HTTPServer())
    server.respond({ hangUp: true })
    await expect(fetch(server.url)).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } })
  })

  test('a hundred requests are handled at once, and a delay is kept', async () => {
    const all = Promise.withResolvers<void>()
    const handler = async ({ params }: ReceivedRequest) => {
      if (server.requests().length === 100) all.resolve()
      await all.promise
      return { delay: 200, body: params.n }
    }
    const server = await running(new HTTPServer({ routes: { '/slow/:n': handler } }))
    const before = performance.now()
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => text(`${server.url}/slow/${n}`)))
    expect(performance.now() - before).toBeGreaterThanOrEqual(195)
    expect(answers).toEqual(Array.from({ length: 100 }, (_, n) => `${n}`))
  })

  test('a response goes past a request whose client has gone', async () => {
    const server = await running(new HTTPServer())
    const gone = get(`${server.url}/gone`).on('error', () => {})
    await server.receive()
    gone.destroy()
    await expect.poll(() => server.connections).toBe(0)
    server.respond({ body: 'kept' })
    expect(await text(`${server.url}/next`)).toBe('kept')
  })

  test('a response that cannot be sent is refused when it is queued', async () => {
    const server = await running(new HTTPServer({ name: 'service' }))
    const refusals = [
      { status: 99 },
      { body: 'a', chunks: ['b'] },
      { chunks: 'text' },
      { json: 1 },
      { headers: { 'a b': 'c' } },
      { headers: { a: 'b\r\nc: d' } },
      { headers: { a: 1 } },
      { body: 1n },
      { body: () => 1 },
      { delay: -1 },
      'text',
    ].map((response) => {
      try {
        return server.respond(response as never)
      } catch (error) {
        return (error as Error).message.replace(/It is an object .*/, '…')
      }
    })
    expect(refusals).toMatchInlineSnapshot(`
      [
        "HTTPServer "service": a response has a \`status\` that must be an integer from 200 to 999, but is 99. …",
        "HTTPServer "service": a response must be one with \`body\` or \`chunks\`, not both, but is { body: 'a', chunks: [ 'b' ] }. …",
        "HTTPServer "service": a response has a \`chunks\` that must be an array or another iterable of strings and Uint8Arrays, but is 'text'. …",
        "HTTPServer "service": a response has a \`json\` that must be left out, as the keys are status, headers, body, chunks, delay, hangUp, but is 1. …",
        "HTTPServer "service": a response has a header that cannot be sent: Header name must be a valid HTTP token ["a b"]. …",
        "HTTPServer "service": a response has a header that cannot be sent: Invalid character in header content ["a"]. …",
        "HTTPServer "service": a response has a \`headers.a\` that must be a string, but is 1. …",
        "HTTPServer "service": a response holds what JSON cannot: Do not know how to serialize a BigInt. …",
        "HTTPServer "service": a response holds what JSON cannot: it is a function. …",
        "HTTPServer "service": a response has a \`delay\` that must be a number of milliseconds from 0 to 2147483647, but is -1. …",
        "HTTPServer "service": a response must be an object with status, headers, body, chunks, delay, hangUp, but is 'text'. …",
      ]
    `)
    expect(() => server.respond({ status: 99 })).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_RESPONSE_INVALID]: HTTPServer "service": a response has a \`status\` that must be an integer from 200 to 999, but is 99. It is an object { status, headers, body | chunks, delay, hangUp }, each of them optional.]`,
    )
  })
})

describe('requests', () => {
  test('a request is recorded with all its parts', async () => {
    const server = await running(new HTTPServer({ handler: () => ({}) }))
    const before = Date.now()
    const init = { method: 'PUT', body: 'é', headers: { 'X-Two': 'b' } }
    await fetch(`${server.url}/a/b%20c?x=1&x=2`, init)
    const request = await server.receive()
    expect(request).toMatchObject({
      method: 'PUT',
      url: '/a/b%20c?x=1&x=2',
      path: '/a/b%20c',
      httpVersion: '1.1',
      text: 'é',
      json: undefined,
      params: {},
    })
    expect(request.query.getAll('x')).toEqual(['1', '2'])
    expect(request.headers['x-two']).toBe('b')
    expect(request.rawHeaders.map((each) => each.toLowerCase())).toContain('x-two')
    expect(request.body).toEqual(Buffer.from('é'))
    expect(request.at).toBeGreaterThanOrEqual(before)
    expect(request.at).toBeLessThanOrEqual(Date.now())
    expect(server.requests()).toEqual([request])
  })

  test.for([
    ['application/json', '{"a":1}', { a: 1 }],
    ['application/json; charset=utf-8', '[1,2]', [1, 2]],
    ['APPLICATION/JSON;charset="UTF-8"', '"é"', 'é'],
    ['application/problem+json', 'null', null],
    ['application/json; charset=utf-16le', Buffer.from('[1]', 'utf16le'), [1]],
    ['application/json', '', undefined],
    ['text/plain', '{"a":1}', undefined],
    ['text/json-like', '1', undefined],
  ] as const)('the json of %s %s is %j', async ([type, body, json]) => {
    const server = await running(new HTTPServer({ handler: () => ({}) }))
    await fetch(server.url, { method: 'POST', body: body as string, headers: { 'content-type': type } })
    expect((await server.receive()).json).toEqual(json)
  })

  test.for([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)(
    'a body compressed by %s is unpacked for text and json, and kept in body',
    async ([encoding, compress]) => {
      const server = await running(new HTTPServer({ handler: () => ({}) }))
      const body = compress('{"a":1}')
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
      await fetch(server.url, { method: 'POST', body, headers })
      const request = await server.receive()
      expect(request.json).toEqual({ a: 1 })
      expect(request.body).toEqual(body)
    },
  )

  test('a body compressed by zstd is an error when it is read by a Node.js that has no zstd', async () => {
    const zlib = process.getBuiltinModule('node:zlib')
    const { zstdDecompressSync } = zlib
    onTestFinished(() => {
      Object.assign(zlib, { zstdDecompressSync })
    })
    Reflect.deleteProperty(zlib, 'zstdDecompressSync')
    const server = await running(new HTTPServer({ handler: () => ({}) }))
    const headers = { 'content-encoding': 'zstd' }
    await fetch(`${server.url}/x`, { method: 'POST', body: zstdCompressSync('text'), headers })
    const request = await server.receive()
    expect(() => request.text).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_BODY_UNREADABLE]: The body of POST /x cannot be read as its content-encoding 'zstd' says: Node.js can unpack it from 22.15 on. Take its bytes from \`body\`.]`,
    )
  })

  test('a body that is not what its headers say is an error when it is read', async () => {
    const server = await running(new HTTPServer({ handler: () => ({}) }))
    const post = async (headers: Record<string, string>) => {
      await fetch(`${server.url}/x`, { method: 'POST', body: '{"a":', headers })
      return server.receive()
    }
    const json = await post({ 'content-type': 'application/json' })
    expect(() => json.json).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_JSON_INVALID]: The body of POST /x is not valid JSON, though its content-type says so: Unexpected end of JSON input. It is '{"a":'. Read \`text\` instead, or mend what sent it.]`,
    )
    expect(json.text).toBe('{"a":')
    const zipped = await post({ 'content-encoding': 'gzip' })
    expect(() => zipped.text).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_BODY_UNREADABLE]: The body of POST /x cannot be read as its content-encoding 'gzip' says: incorrect header check. Take its bytes from \`body\`.]`,
    )
    const charset = await post({ 'content-type': 'text/plain; charset=klingon' })
    expect(() => charset.text).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_BODY_UNREADABLE]: The body of POST /x cannot be read as its charset 'klingon' says: The "klingon" encoding is not supported. Take its bytes from \`body\`.]`,
    )
  })

  test('HEAD is recorded and answered by the GET route without a body', async () => {
    const server = await running(new HTTPServer({ routes: { 'GET /a': { body: 'text' } } }))
    const answer = await fetch(`${server.url}/a`, { method: 'HEAD' })
    expect(answer.headers.get('content-length')).toBe('4')
    expect(await answer.text()).toBe('')
    expect((await server.receive()).method).toBe('HEAD')
  })

  test('receive gives each request once, and those that are meant', async () => {
    const server = await running(new HTTPServer({ handler: () => ({}) }))
    for (const path of ['/a', '/b/1', '/b/2']) await fetch(server.url + path)
    expect((await server.receive({ path: '/b/:id', method: 'get' })).path).toBe('/b/1')
    expect((await server.receive()).path).toBe('/a')
    expect((await server.receive()).path).toBe('/b/2')
    const later = server.receive({ path: '/c' })
    await fetch(`${server.url}/c`)
    expect((await later).path).toBe('/c')
    expect(server.requests().map(({ path }) => path)).toEqual(['/a', '/b/1', '/b/2', '/c'])
  })

  test('receive says what did arrive when its time is over', async () => {
    const server = await running(new HTTPServer({ name: 'service', handler: () => ({}) }))
    await expect(server.receive({ timeout: 5 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_RECEIVE_TIMEOUT]: HTTPServer "service": no request within 5 ms. None arrived at all.]`,
    )
    await fetch(`${server.url}/a?x=1`)
    await fetch(`${server.url}/b`, { method: 'POST' })
    await expect(
      server.receive({ timeout: 5, method: 'post', path: '/orders' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_RECEIVE_TIMEOUT]: HTTPServer "service": no request POST /orders within 5 ms. Arrived so far: GET /a?x=1, POST /b.]`,
    )
  })

  test('flush forgets requests, responses and errors', async () => {
    const server = await running(new HTTPServer({ responseTimeout: 1 }))
    await fetch(server.url)
    server.respond({ body: 'old' })
    expect([server.requests().length, server.errors().length]).toEqual([1, 1])
    server.flush()
    expect([server.requests().length, server.errors().length]).toEqual([0, 0])
    await expect(server.receive({ timeout: 0 })).rejects.toMatchObject({ code: 'HTTP_RECEIVE_TIMEOUT' })
    expect((await fetch(server.url)).status).toBe(500)
  })

  test('proxy requests with a whole URL are taken by their path', async () => {
    const server = await running(new HTTPServer({ routes: { '/a': { body: 'ok' } } }))
    const { host, port } = server
    const request = httpRequest({ host, port, path: 'http://elsewhere.test/a?q=1' }).end()
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    answer.resume()
    expect(answer.statusCode).toBe(200)
    expect(await server.receive()).toMatchObject({ url: 'http://elsewhere.test/a?q=1', path: '/a' })
  })
})

describe('failures', () => {
  test('a request that nobody answers gets a 500 that says so, and is recorded', async () => {
    const server = await running(new HTTPServer({ name: 'service', responseTimeout: 20 }))
    const answer = await fetch(`${server.url}/x?y=1`)
    expect(answer.status).toBe(500)
    expect(await answer.text()).toMatchInlineSnapshot(
      `"HTTPServer "service": no response queued for GET /x?y=1 within 20 ms; call respond() or add a route."`,
    )
    expect(server.errors().map(({ code }) => code)).toEqual(['HTTP_UNANSWERED'])
    expect((await server.receive()).path).toBe('/x')
  })

  test('a handler that throws gives a 500, an entry in errors() and one failure of receive()', async () => {
    const boom = new Error('boom')
    const throws = () => {
      throw boom
    }
    const server = await running(new HTTPServer({ name: 'service', routes: { '/a': throws } }))
    const answer = await fetch(`${server.url}/a`)
    expect(answer.status).toBe(500)
    expect(await answer.text()).toMatchInlineSnapshot(
      `"HTTPServer "service": the handler of GET /a failed: boom"`,
    )
    expect(server.errors()).toMatchObject([{ code: 'HTTP_HANDLER_FAILED', cause: boom, driver: 'service' }])
    expect((await server.receive()).path).toBe('/a')
    await expect(server.receive({ path: '/a' })).rejects.toBe(server.errors()[0])
    await expect(server.receive({ timeout: 0 })).rejects.toMatchObject({ code: 'HTTP_RECEIVE_TIMEOUT' })
  })

  test('a handler that gives no response is an error', async () => {
    const server = await running(new HTTPServer({ handler: (() => undefined) as never }))
    expect(await text(server.url)).toMatchInlineSnapshot(
      `"HTTPServer: the handler of GET / failed: its response must be an object with status, headers, body, chunks, delay, hangUp, but is undefined. It is an object { status, headers, body | chunks, delay, hangUp }, each of them optional"`,
    )
  })

  test('chunks that fail close the connection and are an error', async () => {
    async function* broken() {
      yield 'a'
      throw new Error('broken')
    }
    const server = await running(new HTTPServer())
    server.respond({ chunks: broken() })
    await expect(text(server.url)).rejects.toThrow()
    expect(server.errors()).toMatchObject([{ code: 'HTTP_HANDLER_FAILED', cause: { message: 'broken' } }])
  })

  test('a handler that throws when its client has gone is in errors()', async () => {
    const gate = Promise.withResolvers<never>()
    const server = await running(new HTTPServer({ handler: () => gate.promise }))
    const gone = get(server.url).on('error', () => {})
    await server.receive()
    gone.destroy()
    await expect.poll(() => server.connections).toBe(0)
    gate.reject(new Error('too late'))
    await expect.poll(() => server.errors()).toMatchObject([{ cause: { message: 'too late' } }])
  })

  test('a body over the limit gets a 413', async () => {
    const server = await running(new HTTPServer({ maxBodySize: 10, handler: () => ({}) }))
    const answer = await fetch(server.url, { method: 'POST', body: 'x'.repeat(1_000_000) })
    expect(answer.status).toBe(413)
    expect(await answer.text()).toMatchInlineSnapshot(
      `"HTTPServer: the body of POST / is longer than 10 bytes. Raise \`maxBodySize\` if that is intended."`,
    )
    expect((await fetch(server.url, { method: 'POST', body: 'x'.repeat(10) })).status).toBe(200)
    const client = await running(new HTTPClient({ baseUrl: server.url }))
    expect((await client.post('/', { body: Buffer.alloc(32 * 1024 * 1024) })).status).toBe(413)
  })

  test('what is not HTTP gets a 400 and is an error', async () => {
    const server = await running(new HTTPServer({ name: 'service' }))
    const socket = connect(server.port, server.host)
    socket.write('\x16\x03\x01hello\r\n\r\n')
    const [data] = await once(socket, 'data')
    expect(String(data)).toMatch(/^HTTP\/1.1 400 /)
    expect(server.errors()[0]!.message.replace(/port \d+/, 'port N')).toMatchInlineSnapshot(
      `"HTTPServer "service": 127.0.0.1, port N sent what is not an HTTP request: Parse Error: Invalid method encountered. A client that speaks TLS to a server without \`tls\` does that, for instance."`,
    )
  })

  test('wrong options of a call are refused by name', async () => {
    const server = await running(new HTTPServer({ name: 'service' }))
    const client = await running(new HTTPClient({ name: 'client', baseUrl: server.url }))
    const given = { timout: 1 } as object
    expect(() => server.respond({}, { url: '/a' } as object)).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [OPTION_INVALID]: HTTPServer "service": option \`url\` of respond() must be left out, as the keys are method, path, but is '/a' (string).]`,
    )
    await expect(server.receive(given)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [OPTION_INVALID]: HTTPServer "service": option \`timout\` of receive() must be left out (did you mean \`timeout\`?), as the keys are method, path, timeout, but is 1 (number).]`,
    )
    await expect(server.receive({ timeout: -1 })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    await expect(client.receive(given)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [OPTION_INVALID]: HTTPClient "client": option \`timout\` of receive() must be left out (did you mean \`timeout\`?), as the keys are timeout, but is 1 (number).]`,
    )
  })

  test('what needs a started server says so', () => {
    const server = new HTTPServer({ name: 'service' })
    expect(() => server.respond({})).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_NOT_STARTED]: HTTPServer "service": respond() can be used while the driver runs, but it is idle. Start it first.]`,
    )
    expect(() => server.port).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_NOT_STARTED]: HTTPServer "service": port can be used while the driver runs, but it is idle. Start it first. As an option of another driver, pass it as a context value.]`,
    )
    expect(() => server.url).toThrow('HTTPServer "service": url can be used while the driver runs')
    expect(server.requests()).toEqual([])
    expect(server.connections).toBe(0)
  })

  test('a wrong route or filter is refused', async () => {
    const server = await running(new HTTPServer({ name: 'service' }))
    expect(() => server.route('orders', {})).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [HTTP_ROUTE_INVALID]: HTTPServer "service": 'orders' is not a route. Write a path, after a method if it is for that one only: '/orders/:id', 'GET /files/*'.]`,
    )
    expect(() => server.respond({}, { path: 'x' })).toThrow(/is not a route/)
    await expect(server.receive({ method: 'GTE' })).rejects.toThrow(/is not a route/)
    expect(() => new HTTPServer({ routes: { 'GTE /x': {} } })).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [OPTION_INVALID]: HTTPServer: option \`routes.GTE /x\` must be named for a route such as 'GET /orders/:id' or '/files/*', but is {}.]`,
    )
  })
})

describe('start and stop', () => {
  test('a port in use fails the start at once and names the port', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const server = new HTTPServer({ name: 'service', port })
    const error = await server.start().catch((thrown) => thrown)
    expect(error.cause.code).toBe('HTTP_PORT_IN_USE')
    expect(error.message.replaceAll(`${port}`, '1234')).toMatchInlineSnapshot(
      `"HTTPServer "service" failed to start (starting): port 1234 of 127.0.0.1 is in use. Stop what listens there, or leave \`port\` out to be given a free one."`,
    )
  })

  test('an address of another machine fails the start', async () => {
    const error = await new HTTPServer({ host: '192.0.2.1' }).start().catch((thrown) => thrown)
    expect(error.message).toMatchInlineSnapshot(
      `"HTTPServer failed to start (starting): cannot listen on 192.0.2.1, port 0: listen EADDRNOTAVAIL: address not available 192.0.2.1. Set \`host\` to an address of this machine and \`port\` to one that this user may take."`,
    )
  })

  test('a restart takes the same port when it is free, and another when it is not', async () => {
    const server = await running(new HTTPServer())
    const { port } = server
    await server.restart()
    expect(server.port).toBe(port)
    await server.stop()
    const other = createServer().listen(port, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    await server.start()
    expect(server.port).not.toBe(port)
  })

  test('stop closes idle, waiting and half-sent connections, and frees the port', async () => {
    // A stop that waited for its time to be over would take longer than a test may.
    const server = await running(new HTTPServer({ stopTimeout: 600_000 }))
    server.respond({})
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    const idle = get({ host: server.host, port: server.port, agent })
    const [answer] = (await once(idle, 'response')) as [IncomingMessage]
    answer.resume()
    await once(answer, 'end')
    const hanging = fetch(server.url).catch((error) => error)
    await server.receive()
    await server.receive()
    const half = connect(server.port, server.host)
    half.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc')
    await expect.poll(() => server.connections).toBe(3)
    const closed = once(half, 'close')
    await server.stop()
    expect(server.connections).toBe(0)
    expect(await hanging).toBeInstanceOf(TypeError)
    await closed
    const next = createServer().listen(server.port, server.host)
    await once(next, 'listening')
    next.close()
  })

  test('stop fails those who wait for a request', async () => {
    const server = await running(new HTTPServer({ name: 'service' }))
    const waiting = server.receive().catch((error) => error)
    await server.stop()
    expect(await waiting).toMatchInlineSnapshot(
      `[TestrigError [HTTP_STOPPED]: HTTPServer "service": the driver was stopped while receive() waited. Await the call before stopping.]`,
    )
    await expect(server.receive()).rejects.toMatchObject({ code: 'HTTP_NOT_STARTED' })
  })

  test('requests stay readable after stop, and go with the next start', async () => {
    const server = await running(new HTTPServer({ handler: () => ({}) }))
    await fetch(server.url)
    await server.stop()
    expect(server.requests().length).toBe(1)
    await server.start()
    expect(server.requests().length).toBe(0)
  })

  test('nothing keeps the process once it has stopped', async () => {
    const index = fileURLToPath(new URL('./index.ts', import.meta.url))
    const source = `
      const { HTTPServer, HTTPClient } = await import(${JSON.stringify(index)})
      const server = await new HTTPServer({ routes: { '/': {} } }).start()
      const client = await new HTTPClient({ baseUrl: server.url, keepAlive: true }).start()
      await client.get('/')
      client.get('/never').catch(() => {})
      server.receive({ path: '/x', timeout: 60_000 }).catch(() => {})
      await server.receive({ path: '/never' })
      await client.stop()
      await server.stop()
      console.log('stopped')`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], { timeout: 20_000 })
    expect(stdout).toBe('stopped\n')
  })

  test('IPv6 addresses stand in brackets', async () => {
    const server = await running(new HTTPServer({ host: '::1', handler: () => ({ body: 'ok' }) }))
    expect(server.url).toBe(`http://[::1]:${server.port}`)
    expect(await text(server.url)).toBe('ok')
  })

  test('the url of a server on all addresses can be connected to', async () => {
    const server = await running(new HTTPServer({ host: '0.0.0.0', handler: () => ({ body: 'ok' }) }))
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    expect(await text(server.url)).toBe('ok')
  })

  test('it publishes host, port, url and connections', async () => {
    const server = await running(new HTTPServer({ name: 'service' }))
    const { host, port, url, connections } = attributes(server)
    expect({ host, port, url, connections }).toEqual({
      host: '127.0.0.1',
      port: server.port,
      url: `http://127.0.0.1:${server.port}`,
      connections: 0,
    })
    expect(
      Object.keys(attributes(server)).filter((each) => /request|error|service|listen/i.test(each)),
    ).toEqual([])
  })

  test('options take context values, in routes too', async () => {
    const definition = environment()
      .add('first', () => new HTTPServer())
      .add(
        'second',
        ({ first }) => new HTTPServer({ host: first.host, routes: { '/': { body: first.url } } }),
      )
    const group = await definition.start()
    onTestFinished(() => group.stop())
    expect(await text(group.drivers.second.url)).toBe(group.drivers.first.url)
    expectTypeOf(group.drivers.second).toEqualTypeOf<HTTPServer>()
  })
})

const curl = hasProgram('curl', '--version')

test.skipIf(!curl)(`curl is answered${curl ? '' : ' (skipped: curl is not installed)'}`, async () => {
  const server = await running(
    new HTTPServer({ routes: { 'POST /a': ({ text }) => ({ body: `got ${text}` }) } }),
  )
  const { stdout } = await run('curl', [
    '-sS',
    '-i',
    '-d',
    'x=1',
    '-H',
    'Expect: 100-continue',
    `${server.url}/a`,
  ])
  expect(stdout).toMatch(/HTTP\/1\.1 200 OK[\s\S]*got x=1$/)
  const head = await run('curl', ['-sS', '-I', `${server.url}/a`, '-m', '1']).catch((error) => error)
  expect(head.code).toBe(28) // Nothing answers HEAD /a, which waits for a response.
  expect(server.requests().at(-1)!.method).toBe('HEAD')
})

test('the types of options and attributes hold', () => {
  expectTypeOf<HTTPServerOptions['port']>().toEqualTypeOf<Late<number> | undefined>()
  expectTypeOf<HTTPServer['url']>().toBeString()
  expectTypeOf<HTTPServer['receive']>().returns.resolves.toHaveProperty('json').toBeUnknown()
  // @ts-expect-error a response has no `json`
  const wrong: Parameters<HTTPServer['respond']>[0] = { json: 1 }
  expect(wrong).toBeDefined()
  expect(new TestrigError('A', 'b')).toBeInstanceOf(Error)
})
