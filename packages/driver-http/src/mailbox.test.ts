import { expect, test } from 'vitest'
import { Mailbox, type Wait } from './mailbox.ts'

const any = () => true
const wait = (more: Partial<Wait> = {}): Wait => ({ timeout: 5_000, late: () => new Error('late'), ...more })

test('takers get items in the order of both', async () => {
  const box = new Mailbox<number>()
  box.put(1)
  const taken = [box.take(any, wait()), box.take(any, wait()), box.take(any, wait())]
  box.put(2)
  box.put(3)
  expect(await Promise.all(taken)).toEqual([1, 2, 3])
})

test('a taker gets the first item that it wants and leaves the others', async () => {
  const box = new Mailbox<number>()
  const even = box.take((item) => item % 2 === 0, wait())
  box.put(1)
  box.put(2)
  expect(await even).toBe(2)
  expect(box.poll(any)).toBe(1)
  expect(box.poll(any)).toBeUndefined()
})

test('a taker that was late, or gave up, gets nothing', async () => {
  const box = new Mailbox<number>()
  const controller = new AbortController()
  const late = box.take(any, wait({ timeout: 1 }))
  const givenUp = box.take(any, wait({ signal: controller.signal }))
  controller.abort(new Error('given up'))
  await expect(givenUp).rejects.toThrow('given up')
  await expect(late).rejects.toThrow('late')
  box.put(1)
  expect(box.poll(any)).toBe(1)
})

test('fail ends those who wait and keeps the items', async () => {
  const box = new Mailbox<number>()
  box.put(1)
  const waiting = box.take((item) => item === 2, wait())
  box.fail(new Error('closed'))
  await expect(waiting).rejects.toThrow('closed')
  box.clear()
  expect(box.poll(any)).toBeUndefined()
})
