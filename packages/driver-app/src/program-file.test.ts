import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { failure } from '../test/environments.ts'
import { App } from './app.ts'

test('a script whose interpreter may not be executed is told of that, not of its own mode', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'program-file-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const [interpreter, script] = [join(directory, 'interpreter'), join(directory, 'script')]
  writeFileSync(interpreter, '')
  writeFileSync(script, `#!${interpreter}\n`)
  chmodSync(script, 0o755)
  expect(await failure(new App({ name: 'app', binary: script }))).toContain(
    `could not be run: \`${script}\` is to be run by \`${interpreter}\`, which may not be executed; correct its first line, or the mode of that.\n`,
  )
})
