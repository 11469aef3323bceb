import { describe, expect, test } from 'vitest'
import { failure, start } from '../../test/environments.ts'
import { App } from '../app.ts'
import { type FileReadiness, file } from '../readiness.ts'

function script(text: string, readiness: FileReadiness): App {
  const args = ['-c', `${text}; exec sleep 60`]
  return new App({ name: 'app', binary: '/bin/sh', args, readiness: [readiness], startTimeout: 2_000 })
}

describe('file()', () => {
  test('waits for a pipe without opening it', async () => {
    const app = await start(script('mkfifo pipe', file('pipe')))
    expect(app.state).toBe('started')
  })

  test.for([
    ['a pipe', 'mkfifo data'],
    ['a directory', 'mkdir data'],
  ])('looks for no pattern in %s', async ([, text = '']) => {
    expect(await failure(script(text, file('data', { pattern: /x/ })))).toContain(
      'waiting for: the file data is there: <runpath>/app/data is not a regular file, and has no content to look at\n',
    )
  })
})
