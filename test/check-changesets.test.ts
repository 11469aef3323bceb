import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { throwawayFolder } from './throwaway-folder.ts'

const script = resolve(import.meta.dirname, '../scripts/check-changesets.ts')
const config = { access: 'public', fixed: [['@testrig/*']] }

function check(files: Record<string, string | object>) {
  const cwd = throwawayFolder({
    '.changeset/config.json': config,
    'packages/core/package.json': { name: '@testrig/core', version: '0.1.0' },
    ...files,
  })
  const { status, stderr } = spawnSync(process.execPath, [script], { cwd, encoding: 'utf8' })
  return { status, stderr }
}

test('a changeset of packages that exist passes', () => {
  const result = check({ '.changeset/a.md': `---\n'@testrig/core': minor\n---\n\nDrivers can pause.\n` })
  expect(result).toEqual({ status: 0, stderr: '' })
})

test('what a release would trip over fails', () => {
  const { status, stderr } = check({
    '.changeset/config.json': { access: 'restricted', fixed: [['@testrig/*', 'gone']] },
    '.changeset/a.md': `---\n'@testrig/none': patch\n'@testrig/core': huge\n---\n\nText.\n`,
    '.changeset/b.md': `---\n'@testrig/core': patch\n---\n`,
    'packages/other/package.json': { name: 'other', version: '0.2.0' },
  })
  expect(status).toBe(1)
  expect(stderr).toMatchInlineSnapshot(`
    ".changeset/config.json: access is "restricted", not "public"
    .changeset/config.json: "gone" matches no package
    .changeset/config.json: other is not in the fixed group
    packages that are released together differ in version: 0.1.0, 0.2.0
    .changeset/a.md: @testrig/none is no package of this repo
    .changeset/a.md: expected 'package': major, minor or patch, found '@testrig/core': huge
    .changeset/b.md: expected packages between two lines "---", then a summary
    "
  `)
})
