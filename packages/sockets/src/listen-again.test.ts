import { createServer, type Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../test/index.ts'
import { bind, listenAgain, type PortChoice } from './index.ts'

/** Listens as a driver does: with an error of its own around that of the system. */
async function listening(choice: PortChoice): Promise<number> {
  return listenAgain(choice, (port) => {
    const server: Server = createServer()
    onTestFinished(() => void server.close())
    return bind(server, { host: '127.0.0.1', port }).catch((cause) => {
      throw new Error('no listening', { cause })
    })
  })
}

test('the port of the last time is taken again', async () => {
  const last = await freePort()
  expect(await listening({ port: 0, last })).toBe(last)
})

test('another port is chosen when somebody has taken it since', async () => {
  const last = await listening({ port: 0, last: 0 })
  const port = await listening({ port: 0, last })
  expect([port > 0, port === last]).toEqual([true, false])
})

test('a port that is asked for is not replaced', async () => {
  const [port, last] = [await listening({ port: 0, last: 0 }), await freePort()]
  await expect(listening({ port, last })).rejects.toThrow('no listening')
})

test('another error than a port in use is not answered by another port', async () => {
  const failed = new Error('no listening', { cause: Object.assign(new Error('no'), { code: 'EACCES' }) })
  const asked: number[] = []
  const listen = (port: number) => {
    asked.push(port)
    throw failed
  }
  await expect(listenAgain({ port: 0, last: 80 }, listen)).rejects.toBe(failed)
  expect(asked).toEqual([80])
})
