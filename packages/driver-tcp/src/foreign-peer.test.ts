import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { running } from '@testrig/sockets/testing'
import { createTestCertificates } from '@testrig/tls'
import { expect, onTestFinished, test } from 'vitest'
import { TCPClient } from './tcp-client.ts'
import { TCPServer } from './tcp-server.ts'

const missing = python3() ? '' : ' (python3 is missing)'

test.skipIf(missing)(`a client in Python talks to the server${missing}`, async () => {
  const server = await running(new TCPServer())
  const peer = python(`
    import socket
    s = socket.create_connection(('127.0.0.1', ${server.port}))
    s.sendall(b'line one\\nline two\\n' + bytes(range(256)))
    s.shutdown(socket.SHUT_WR)
    print(s.makefile().read(), end='')
  `)
  const output = text(peer.stdout as NonNullable<ChildProcess['stdout']>)
  await server.acceptConnection()
  expect(await server.receiveText({ until: '\n' })).toBe('line one\n')
  expect(await server.receiveText({ until: '\n' })).toBe('line two\n')
  expect([...(await server.receive({ size: 256 }))]).toEqual(Array.from({ length: 256 }, (_, index) => index))
  await expect(server.receive()).rejects.toMatchObject({ code: 'TCP_CONNECTION_CLOSED' })
  expect(await output).toBe('')
})

test.skipIf(missing)(
  `a client in Python that ends its side is answered with allowHalfOpen${missing}`,
  async () => {
    const server = await running(new TCPServer({ allowHalfOpen: true }))
    const peer = python(`
    import socket
    s = socket.create_connection(('127.0.0.1', ${server.port}))
    s.sendall(b'question')
    s.shutdown(socket.SHUT_WR)
    print(s.makefile().read(), end='')
  `)
    const output = text(peer.stdout as NonNullable<ChildProcess['stdout']>)
    await server.acceptConnection()
    expect(await server.receiveText({ size: 8 })).toBe('question')
    await server.send('answer')
    await server.closeConnection()
    expect(await output).toBe('answer')
  },
)

test.skipIf(missing)(`the client talks to a server in Python${missing}`, async () => {
  const peer = python(`
    import socket
    s = socket.create_server(('127.0.0.1', 0))
    print(s.getsockname()[1], flush=True)
    c, _ = s.accept()
    while data := c.recv(100):
      c.sendall(data.upper())
  `)
  const [chunk] = await once(peer.stdout as NonNullable<ChildProcess['stdout']>, 'data')
  const client = await running(new TCPClient({ port: Number(chunk) }))
  await client.send('hello;')
  expect(await client.receiveText({ until: ';' })).toBe('HELLO;')
})

test.skipIf(missing)(`a TLS client in Python sees a proper end when the server stops${missing}`, async () => {
  const { key, cert } = (await createTestCertificates()).server
  const server = await running(new TCPServer({ tls: { key, cert } }))
  const peer = python(`
    import socket, ssl
    context = ssl._create_unverified_context()
    s = context.wrap_socket(socket.create_connection(('127.0.0.1', ${server.port})), suppress_ragged_eofs=False)
    s.sendall(b'ready')
    print(s.recv(100), s.recv(100))
  `)
  const output = text(peer.stdout as NonNullable<ChildProcess['stdout']>)
  await server.acceptConnection()
  await server.receive({ size: 5 })
  await server.send('bye')
  await server.stop()
  expect(await output).toBe("b'bye' b''\n")
})

test('a process ends by itself when its drivers have stopped', async () => {
  const modules = ['./tcp-server.ts', './tcp-client.ts'].map((file) => import.meta.resolve(file))
  const process_ = run(process.execPath, [
    '--input-type=module',
    '--eval',
    `const { TCPServer } = await import('${modules[0]}')
     const { TCPClient } = await import('${modules[1]}')
     const server = await new TCPServer().start()
     const client = await new TCPClient({ port: server.port }).start()
     await server.acceptConnection()
     const waiting = [server.receive({ size: 9 }), client.receive(), server.acceptConnection()]
       .map((call) => call.catch(() => {}))
     await client.send('x')
     await client.stop()
     await server.stop()
     await Promise.all(waiting)
     console.log('stopped')`,
  ])
  expect(await text(process_.stdout as NonNullable<ChildProcess['stdout']>)).toBe('stopped\n')
  expect(process_.signalCode).toBeNull()
})

function python3(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Runs a script; its indentation in this file is taken off. */
function python(script: string): ChildProcess {
  return run('python3', ['-c', script.replace(/^ {4}/gm, '')])
}

function run(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}
