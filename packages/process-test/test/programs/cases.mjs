import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, it, test } from 'node:test'

const { DRIVER_MY_SERVER_ATTR_HOST: host, DRIVER_MY_SERVER_ATTR_PORT: port, CRASH } = process.env

test('connects', (_, done) => {
  connect(Number(port), host, done).on('connect', function () {
    this.destroy()
  })
})

describe('numbers', () => {
  it('adds', () => {})
  it('is even', () => assert.equal(3 % 2, 0))
  it.skip('skips', () => {})
  it('comes', { todo: 'later' }, () => assert.fail())
})

test('parent', async (context) => {
  await context.test('child', () => {})
  if (CRASH === 'yes') process.kill(process.pid, 'SIGKILL')
  throw new Error('the parent itself')
})
