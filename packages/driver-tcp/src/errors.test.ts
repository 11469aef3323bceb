import { expect, test } from 'vitest'
import { listenFailed } from './errors.ts'

test('too many open files are said to be so, with the way out', () => {
  const cause = Object.assign(new Error('listen EMFILE: too many open files 127.0.0.1'), { code: 'EMFILE' })
  expect(listenFailed('TCPServer "s"', '127.0.0.1', 0, cause).message).toMatchInlineSnapshot(
    `"TCPServer "s" cannot listen on 127.0.0.1:0: listen EMFILE: too many open files 127.0.0.1. This process has too many files open: close connections, or raise its limit (\`ulimit -n\`)."`,
  )
})
