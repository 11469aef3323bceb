import { environment } from '@testrig/core'
import { TCPServer } from '@testrig/driver-tcp'
import { expect, expectTypeOf, test } from 'vitest'
import { gtest } from './gtest.ts'
import { processTest } from './process-test.ts'

const declared = environment().add('server', () => new TCPServer())

test('the drivers that a program may name are those of its environment', () => {
  const call = () => gtest(declared, { binary: 'x', drivers: ['server'] })
  // @ts-expect-error: there is no such driver
  const wrong = () => gtest(declared, { binary: 'x', drivers: ['none'] })
  // @ts-expect-error: an option of another function
  const other = () => processTest(declared, { binary: 'x', filter: 'x' })
  expectTypeOf([call, wrong, other]).items.returns.toBeVoid()
})

test.for([
  [
    { 'A=B': 'x' },
    'processTest(): option `env.A=B` must be named by at least one character, none of them `=`, but is',
  ],
  [{ '': 'x' }, 'processTest(): option `env.` must be named by at least one character'],
  [{ HOME: ['/'] }, 'processTest(): option `env.HOME` must be a string, a number, a boolean or null'],
])('a variable that no program can have is refused, as by App: %j', ([env, told]) => {
  expect(() => processTest(declared, { binary: 'x', env: env as never })).toThrow(told as string)
})
