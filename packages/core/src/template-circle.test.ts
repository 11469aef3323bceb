import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Recorder } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { temporaryDirectory } from '../test/fixtures/temporary-directory.ts'
import { environment } from './environment-definition.ts'

/** A driver that installs `app.cfg` of these files. */
function installing(files: Readonly<Record<string, string>>): Recorder {
  const directory = temporaryDirectory()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
  return new Recorder({ name: 'app', installFiles: [join(directory, 'app.cfg')] })
}

async function failure(files: Readonly<Record<string, string>>): Promise<string> {
  const { message } = await rejection(environment([installing(files)], { keepRunpath: 'never' }).start())
  return (message.split('\n')[0] as string).replaceAll(/\S+\/app\.cfg:/g, '<directory>/app.cfg:')
}

test.for<[string, string]>([
  ['include', '{% include "<file>" %}'],
  ['extends', '{% extends "<file>" %}'],
  ['import', '{% import "<file>" as other %}{{ other.name }}'],
  ['from', '{% from "<file>" import name %}{{ name }}'],
])('files that name one another in a circle are told in their order: %s', async ([, text]) => {
  const to = (file: string) => text.replace('<file>', file)
  expect(await failure({ 'app.cfg': to('app.cfg') })).toContain(' the next: app.cfg → app.cfg. ')
  const files = { 'app.cfg': to('one.cfg'), 'one.cfg': to('two.cfg'), 'two.cfg': to('one.cfg') }
  expect(await failure(files)).toBe(
    'Recorder "app" failed to start (preStart): <directory>/app.cfg: the templates come to no end, as each includes, extends or imports the next: one.cfg → two.cfg → one.cfg. Take one of these out, or put it under an `if` that comes to be false.',
  )
})

test('a file may include itself while a condition holds', async () => {
  const app = installing({
    'app.cfg':
      '{% set level = (level | default(0)) + 1 %}{{ level }}{% if level < 3 %}{% include "app.cfg" %}{% endif %}',
  })
  await using _group = await environment([app], { keepRunpath: 'never' }).start()
  expect(readFileSync(join(app.runpath, 'etc/app.cfg'), 'utf8')).toBe('123')
})

test('a macro that calls itself for ever names no files', async () => {
  expect(await failure({ 'app.cfg': '{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}' })).toMatch(
    /<directory>\/app\.cfg:.* Maximum call stack size exceeded$/,
  )
})
