import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { environment, own } from '@testrig/core'
import { expect, test } from 'vitest'
import { App } from './app.ts'
import { http, log, tcp } from './readiness.ts'

const missing = ['redis-server', 'nginx'].filter((name) => spawnSync('which', [name]).status !== 0)
const reason =
  missing.length > 0 && process.env.CI !== 'true' ? ` (skipped: ${missing.join(' and ')} not installed)` : ''

test.skipIf(reason !== '')(
  `Redis and nginx start by their template's dependency and end${reason}`,
  async () => {
    const group = environment(
      [
        new App({
          name: 'nginx',
          binary: 'nginx',
          args: ['-c', own('{{ etcpath }}/nginx.conf'), '-p', own('{{ runpath }}')],
          installFiles: [join(import.meta.dirname, '../test/templates/nginx.conf')],
          ports: { http: 'auto' },
          readiness: [http('/', { port: 'http', body: /redis is on \d+/ })],
          stopSignal: 'SIGQUIT',
        }),
        new App({
          name: 'redis',
          binary: 'redis-server',
          args: ['--port', own('{{ ports.main }}'), '--bind', '127.0.0.1', '--save', ''],
          ports: { main: 'auto' },
          readiness: [tcp('main'), log(/Ready to accept connections/)],
          failRegexps: [/Address already in use/],
        }),
      ],
      { dependencies: [['redis', 'nginx']] },
    ).create()
    await group.start()
    const { nginx, redis } = group.drivers as Record<'nginx' | 'redis', App<string, 'http' | 'main'>>
    expect(await command(redis.ports.main, 'PING\r\nQUIT\r\n')).toBe('+PONG\r\n+OK\r\n')
    expect(await (await fetch(`http://127.0.0.1:${nginx.ports.http}/`)).text()).toBe(
      `redis is on ${redis.ports.main}\n`,
    )
    expect(Number(readFileSync(join(nginx.runpath, 'nginx.pid'), 'utf8'))).toBe(nginx.pid)
    await redis.restart()
    expect(await command(redis.ports.main, 'PING\r\nQUIT\r\n'), 'on the same port').toBe('+PONG\r\n+OK\r\n')
    await group.stop()
    expect([nginx.exitCode, redis.exitCode]).toEqual([0, 0])
    await expect(command(redis.ports.main, 'PING\r\n')).rejects.toThrow('ECONNREFUSED')
  },
)

function command(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(request)
  return text(socket)
}
