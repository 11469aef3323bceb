import { performance } from 'node:perf_hooks'
import { failure } from '@testrig/sockets/testing'
import { expect, test, vi } from 'vitest'
import { connected } from '../test/connected.ts'

test('size gives exactly so many bytes, and leaves the rest', async () => {
  const { server, client } = await connected()
  await client.send('abcdef')
  expect(await server.receiveText({ size: 4 })).toBe('abcd')
  expect(await server.receiveText({ size: 2 })).toBe('ef')
})

test('size waits for bytes that come later', async () => {
  const { server, client } = await connected()
  const received = server.receiveText({ size: 6 })
  await client.send('abc')
  await vi.waitFor(() => expect(server.connections).toBe(1))
  await client.send('def')
  expect(await received).toBe('abcdef')
})

test('size 0 gives nothing at once, also when the connection is closed', async () => {
  const { server, client } = await connected()
  await client.close()
  expect((await server.receive({ size: 0 })).length).toBe(0)
})

test('until gives all up to and including the delimiter, and leaves the rest', async () => {
  const { server, client } = await connected()
  await client.send('one\r\ntwo\r\nthree')
  expect(await server.receiveText({ until: '\r\n' })).toBe('one\r\n')
  expect(await server.receive({ until: Buffer.from('\r\n') })).toEqual(Buffer.from('two\r\n'))
  expect(await server.receiveText({ size: 5 })).toBe('three')
})

test('until finds a delimiter that arrives in two pieces', async () => {
  const { server, client } = await connected()
  const line = server.receiveText({ until: '\r\n' })
  await client.send('one\r')
  await failure(client.receive({ timeout: 0 }))
  await client.send('\ntwo')
  expect(await line).toBe('one\r\n')
})

test('without size and until it gives what is there, and waits for at least one byte', async () => {
  const { server, client } = await connected()
  const received = server.receiveText()
  await client.send('abc')
  expect(await received).toBe('abc')
})

test('receives that wait at the same time are served in the order of the calls', async () => {
  const { server, client } = await connected()
  const order: string[] = []
  const both = Promise.all([
    server.receiveText({ size: 5 }).then((text) => order.push(text)),
    server.receiveText({ size: 2 }).then((text) => order.push(text)),
    server.receiveText({ until: ';' }).then((text) => order.push(text)),
  ])
  await client.send('ab')
  await client.send('cdefgh;')
  await both
  expect(order).toEqual(['abcde', 'fg', 'h;'])
})

test.for([{ size: 5 }, { until: '\n' }, {}])(
  'a receive with %o ends when its time is over',
  async (options) => {
    const { server } = await connected()
    const before = performance.now()
    await expect(server.receive({ ...options, timeout: 30 })).rejects.toMatchObject({ code: 'TCP_TIMEOUT' })
    expect(performance.now() - before).toBeGreaterThanOrEqual(29)
  },
)

test('a receive whose time is over takes nothing, and lets the next one go on', async () => {
  const { server, client } = await connected()
  const large = failure(server.receive({ size: 100, timeout: 40 }))
  const small = server.receiveText({ size: 3 })
  await client.send('abc')
  expect((await large).code).toBe('TCP_TIMEOUT')
  expect(await small).toBe('abc')
})

test('a receive whose time is over tells how much had arrived, and shows it', async () => {
  const { server, client } = await connected()
  await client.send('abc\n')
  await server.receive({ size: 1 })
  const error = await failure(server.receive({ size: 10, timeout: 5 }))
  expect(error.message).toMatchInlineSnapshot(
    `"TCPServer "server": connection 0 from 127.0.0.1:PORT: waited 5 ms for 10 bytes; 3 bytes are there: "bc\\n". Check what the peer sends, or raise \`timeout\`."`,
  )
})

test('what had arrived is shown in hexadecimal when it is not text', async () => {
  const { server, client } = await connected()
  await client.send(Uint8Array.of(0, 255, 128, 7))
  await server.receive({ size: 1 })
  const error = await failure(server.receive({ until: Uint8Array.of(3, 250), timeout: 5 }))
  expect(error.message).toMatchInlineSnapshot(
    `"TCPServer "server": connection 0 from 127.0.0.1:PORT: waited 5 ms for data up to <03 fa>; 3 bytes are there: <ff 80 07>. Check what the peer sends, or raise \`timeout\`."`,
  )
})

test('only the first 200 bytes are shown', async () => {
  const { server, client } = await connected()
  await client.send(`x${'ä'.repeat(300)}`)
  await server.receive({ size: 1 })
  const error = await failure(server.receive({ until: '\n', timeout: 5 }))
  expect(error.message).toContain(`600 bytes are there: "${'ä'.repeat(100)}" and 400 more`)
})

test('a timeout of 0 takes what has arrived', async () => {
  const { server, client } = await connected()
  await client.send('abc')
  expect(await server.receiveText({ size: 3, timeout: 0 })).toBe('abc')
})

test('what arrived in time counts, also when this thread was busy until after the timeout', async () => {
  const { server, client } = await connected()
  const received = server.receiveText({ size: 3, timeout: 5 })
  const sent = client.send('abc')
  const end = performance.now() + 30
  while (performance.now() < end);
  expect(await received).toBe('abc')
  await sent
})

test('what arrived before the peer closed can still be received; then the connection is closed', async () => {
  const { server, client } = await connected()
  await client.send('abcdef')
  await client.close()
  expect(await server.receiveText({ size: 2 })).toBe('ab')
  const short = await failure(server.receive({ size: 10 }))
  expect(short.code).toBe('TCP_CONNECTION_CLOSED')
  expect(short.message).toMatchInlineSnapshot(
    `"TCPServer "server": connection 0 from 127.0.0.1:PORT is closed: the peer closed it. Expected 10 bytes; 4 bytes are there: "cdef". receive() without options takes what is there. acceptConnection() gives the next one."`,
  )
  expect(await server.receiveText()).toBe('cdef')
  const none = await failure(server.receive())
  expect(none.code).toBe('TCP_CONNECTION_CLOSED')
  expect(none.message).toMatchInlineSnapshot(
    `"TCPServer "server": connection 0 from 127.0.0.1:PORT is closed: the peer closed it. Nothing is left to receive. acceptConnection() gives the next one."`,
  )
})

test('a receive that waits is rejected when the peer closes', async () => {
  const { server, client } = await connected()
  const error = failure(client.receive())
  await server.closeConnection()
  expect((await error).message).toMatchInlineSnapshot(
    `"TCPClient "client": the connection to 127.0.0.1:PORT is closed: the peer closed it. Nothing is left to receive. reconnect() makes another one."`,
  )
})

test('text is decoded in the encoding that is given', async () => {
  const { server, client } = await connected()
  await client.sendText('Grüße', { encoding: 'latin1' })
  expect(await server.receiveText({ size: 5, encoding: 'latin1' })).toBe('Grüße')
  await client.sendText('00ff', { encoding: 'hex' })
  expect(await server.receiveText({ size: 2, encoding: 'hex' })).toBe('00ff')
  await client.sendText('a\u2028b', { encoding: 'utf16le' })
  expect(await server.receiveText({ until: '\u2028', encoding: 'utf16le' })).toBe('a\u2028')
})

test.for<[object, string]>([
  [{ size: -1 }, '`size`'],
  [{ size: 1.5 }, '`size`'],
  [{ size: '1' }, '`size`'],
  [{ until: '' }, '`until`'],
  [{ until: 10 }, '`until`'],
  [{ size: 1, until: 'x' }, '`until`'],
  [{ timeout: -1 }, '`timeout`'],
  [{ timeout: Number.POSITIVE_INFINITY }, '`timeout`'],
  [{ encoding: 'utf-9' }, '`encoding`'],
  [{ length: 1 }, '`length`'],
])('the options %o of a receive are refused by name', async ([options, name]) => {
  const { client } = await connected()
  const error = await failure(client.receiveText(options))
  expect(error.code).toBe('OPTION_INVALID')
  expect(error.message).toContain(name)
})

test('a receive with a wrong option says what was expected', async () => {
  const { client } = await connected()
  const messages = await Promise.all(
    [{ size: -1 }, { length: 1 }, { size: 1, until: 'x' }].map(
      async (options) => (await failure(client.receive(options))).message,
    ),
  )
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "TCPClient "client": option \`size\` of receive() must be an integer of at least 0, but is -1 (number).
    TCPClient "client": option \`length\` of receive() must be left out, as the keys are size, until, timeout, but is 1 (number).
    TCPClient "client": option \`until\` of receive() must be left out when \`size\` is given, but is 'x' (string)."
  `)
})

test('only the server takes a connection, and knows its name', async () => {
  const { client, server } = await connected()
  const wrong: object[] = [{ connection: 0 }, { conection: 0 }]
  const messages = await Promise.all([
    ...wrong.map(async (options) => (await failure(client.receive(options))).message),
    (await failure(server.receive(wrong[1] as object))).message,
    (await failure(server.acceptConnection({ connection: 0 } as object))).message,
  ])
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "TCPClient "client": option \`connection\` of receive() must be left out, as the keys are size, until, timeout, but is 0 (number).
    TCPClient "client": option \`conection\` of receive() must be left out, as the keys are size, until, timeout, but is 0 (number).
    TCPServer "server": option \`conection\` of receive() must be left out (did you mean \`connection\`?), as the keys are connection, size, until, timeout, but is 0 (number).
    TCPServer "server": option \`connection\` of acceptConnection() must be left out, as the keys are timeout, but is 0 (number)."
  `)
})

test('a receive in vain shows who waited', async () => {
  const { client, server } = await connected()
  const theTest = async () => {
    await client.receive({ timeout: 1 })
  }
  const theServersTest = async () => {
    await server.receive({ timeout: 1 })
  }
  expect((await failure(theTest())).stack).toContain('theTest')
  expect((await failure(theServersTest())).stack).toContain('theServersTest')
})
