import { expect, test } from 'vitest'
import { listenFailed } from './errors.ts'

test('too many open files are no matter of the host or the port', () => {
  const cause = Object.assign(new Error('listen EMFILE: too many open files 127.0.0.1'), { code: 'EMFILE' })
  expect(
    listenFailed({ label: 'HTTPServer "s"', name: 's' }, '127.0.0.1', 0, cause).message,
  ).toMatchInlineSnapshot(
    `"HTTPServer "s": cannot listen on 127.0.0.1, port 0: listen EMFILE: too many open files 127.0.0.1. Raise the limit of open files (\`ulimit -n\`), or stop some drivers."`,
  )
})
