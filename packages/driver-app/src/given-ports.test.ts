import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { environment, leasePort } from '@testrig/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failure, rejection, start } from '../test/environments.ts'
import { program } from '../test/programs/index.ts'
import { App } from './app.ts'
import type { AppOptions } from './app-options.ts'
import { tcp } from './readiness.ts'

/** A port that nobody listens on, and that no other test gets meanwhile. */
async function freePort(): Promise<number> {
  const lease = await leasePort()
  onTestFinished(() => lease.release())
  return lease.port
}

/** A server that goes on when it cannot listen, as many do. */
function survivor(http: number, options: Partial<AppOptions<App>> = {}): App {
  const text = `require('net').createServer().on('error', () => {}).listen(${http}, '127.0.0.1'); setInterval(() => {}, 1e6)`
  return new App({
    name: 'app',
    binary: process.execPath,
    args: ['-e', text],
    ports: { http },
    readiness: [tcp('http')],
    ...(options as object),
  })
}

/** A server of an earlier run; gives what ends it. */
async function stale(port: number, ...args: readonly string[]): Promise<{ readonly end: () => void }> {
  const command = [program('server'), '--port', String(port), ...args]
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill()
    await ended
  })
  await once(createInterface(child.stdout), 'line')
  return { end: () => void child.kill() }
}

/** Has another Testrig process start a server, and end with this test; gives what it says of that. */
async function inProcess(port: number): Promise<string> {
  const child = spawn(process.execPath, [program('take-port', 'ts'), String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.stdin.end()
    await ended
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return line
}

/** The first line of the report of a failed start, without what differs from run to run. */
async function reason(app: App): Promise<string | undefined> {
  const message = await failure(app)
  return message
    .split('\n')[0]
    ?.replaceAll(/\bpid \d+/g, 'pid <pid>')
    .replaceAll(/\b\d{5}\b/g, '<port>')
}

describe('a port that is given, while a server of an earlier run listens on it,', () => {
  test('fails the start, with who has it and what to do', async () => {
    const port = await freePort()
    await stale(port)
    expect(await reason(survivor(port))).toMatchInlineSnapshot(
      `"App "app" failed to start (starting): the port <port> given as \`http\` is in use on 127.0.0.1 by pid <pid> (\`node <test>/programs/server.mjs --port <port>\`), which would be taken for this program. End that, or give \`http: 'auto'\`. A program that is to share the port has it in its \`args\`, not in \`ports\`."`,
    )
  })

  test.for(['::1', '::', '0.0.0.0'])('fails the start, also when that is on %s', async (host) => {
    const port = await freePort()
    await stale(port, '--host', host)
    expect(await reason(survivor(port))).toContain(`is in use on ${host} by pid`)
  })

  test('does so before the program runs, and connects to nobody', async () => {
    const port = await freePort()
    let connections = 0
    const server = createServer(() => {
      connections += 1
    })
    await once(server.listen(port, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const app = survivor(port)
    expect(await reason(app)).toContain(`in use on 127.0.0.1 by this process (pid <pid>)`)
    expect([connections, app.pid, app.exitCode]).toEqual([0, undefined, undefined])
  })

  test('names one of several processes that share the socket', async () => {
    const port = await freePort()
    const server = createServer()
    await once(server.listen(port, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle
    const heir = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
    await once(heir, 'spawn')
    onTestFinished(() => void heir.kill())
    expect(await reason(survivor(port))).toMatch(
      /by (this process \(pid <pid>\)|pid <pid> \(`sleep 60`\)) and 1 more, /,
    )
  })

  test('is waited for when that is about to end', async () => {
    const port = await freePort()
    const { end } = await stale(port)
    const app = survivor(port)
    const starting = start(app, [], { beforeStart: end })
    expect((await starting).state).toBe('started')
  })

  test.for(['LOCALHOST', '[::1]', '::ffff:127.0.0.1'])(
    'fails the start when the condition asks for that on %s',
    async (host) => {
      const port = await freePort()
      await stale(port)
      expect(await reason(survivor(port, { readiness: [tcp('http', { host })] }))).toContain('is in use on')
    },
  )

  test('is no matter when the server has another address than the condition asks for', async () => {
    const port = await freePort()
    await stale(port)
    const args = [program('server'), '--port', String(port), '--host', '127.0.0.2']
    const app = await start(survivor(port, { args, readiness: [tcp('http', { host: '127.0.0.2' })] }))
    expect(app.ports).toEqual({ http: port })
  })
})

describe('a port that is given', () => {
  test('is what it is, over restarts, and free again after the stop', async () => {
    const port = await freePort()
    const app = await start(survivor(port))
    for (let time = 0; time < 5; time += 1) await app.restart()
    expect(app.ports).toEqual({ http: port })
    await app.stop()
    const other = await start(survivor(port, { name: 'other' }))
    expect(other.ports).toEqual({ http: port })
  })

  test('may have two names', async () => {
    const port = await freePort()
    const app = await start(survivor(port, { ports: { http: port, admin: port } }))
    expect(app.ports).toEqual({ http: port, admin: port })
  })

  test('is one driver’s: another of the same environment does not start beside it', async () => {
    const port = await freePort()
    const group = environment([survivor(port), survivor(port, { name: 'twin' })], {
      keepRunpath: 'never',
    }).create()
    onTestFinished(() => group.stop())
    const { message } = await rejection(group.start())
    expect(message).toMatch(/the port \d+ given as `http` is that of App "(app|twin)"/)
  })

  test('is one process’s: of two that start at the same time, one does', async () => {
    const { port, release } = await leasePort()
    release()
    const results = await Promise.all([inProcess(port), inProcess(port)])
    const refused = results.filter((line) => line !== 'started')
    expect(refused).toHaveLength(1)
    expect(refused[0]).toMatch(
      / port \d+ given as `http` is (in use on|kept for a program of)[^`]* pid \d+ \(`/,
    )
  })

  test('is let go when the start fails', async () => {
    const port = await freePort()
    const failing = survivor(port, { args: ['-e', 'process.exit(3)'] })
    expect(await reason(failing)).toContain('exit code 3')
    await start(survivor(port))
  })
})
