import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { throwawayFolder } from './throwaway-folder.ts'

const script = resolve(import.meta.dirname, '../scripts/run.mjs')

// Windows has no programs of this form.
test.skipIf(process.platform === 'win32')(
  'on a clean clone, the standard output of a script is its own: what the installation says goes elsewhere',
  () => {
    const npx = join('programs', 'npx')
    const cwd = throwawayFolder({ [npx]: '#!/bin/sh\nmkdir node_modules; echo installed "$@"\n' })
    chmodSync(join(cwd, npx), 0o755)
    const env = { ...process.env, PATH: [join(cwd, 'programs'), process.env.PATH].join(delimiter) }
    const run = [script, process.execPath, '-p', 'JSON.stringify({ ms: 1 })']
    const { status, stdout, stderr } = spawnSync(process.execPath, run, { cwd, env, encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '{"ms":1}\n' })
    expect(stderr).toMatch(/^installed -y pnpm@.* install --frozen-lockfile$/m)
  },
)
