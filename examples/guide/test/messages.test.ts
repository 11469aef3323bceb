// Errors as the documentation shows them; `vitest run -u` writes them anew.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, type AppOptions } from '@testrig/driver-app'
import { expect, onTestFinished, test } from 'vitest'

const program = join(import.meta.dirname, '../src/server.js')

test('a pattern that never matches is shown beside what the program logged', async () => {
  const message = await failureOf({ stdoutRegexps: [/Listens on (?<port>\d+)/], startTimeout: 2_000 })
  await expect(message).toMatchFileSnapshot('messages/start-timeout.txt')
})

test('a program that ends early is shown with the end of its output', async () => {
  const taken = createServer()
  await once(taken.listen(0, '127.0.0.1'), 'listening')
  const { port } = taken.address() as { port: number }
  const message = await failureOf({
    args: [program, '--port', port],
    stdoutRegexps: [/Listening on (?<port>\d+)/],
  })
  await expect(message).toMatchFileSnapshot('messages/ended-early.txt')
  taken.close()
})

/** What a terminal shows of a start that fails, with what differs between runs made the same. */
async function failureOf(options: Partial<AppOptions>): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'testrig-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const runpath = join(directory, 'app')
  const app = new App({ name: 'app', runpath, binary: 'node', args: [program], ...options } as AppOptions)
  const error = await app.start().catch((error: Error) => error)
  return `${error}\n`
    .replaceAll(join(program, '../..'), '/srv/shop')
    .replaceAll(tmpdir(), '/tmp')
    .replaceAll(/testrig-\w{6}/g, 'testrig-Rq2jHf')
    .replaceAll(/127\.0\.0\.1:\d+|--port \d+/g, (text) => text.replace(/\d+$/, '39245'))
    .replaceAll(/pid \d+/g, 'pid 26583')
}
