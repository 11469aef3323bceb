import { environment } from '@testrig/core'
import { TCPServer } from '@testrig/driver-tcp'
import { expectTypeOf, test } from 'vitest'
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
