import { execFileSync, spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { throwawayFolder } from './throwaway-folder.ts'

const script = resolve(import.meta.dirname, '../scripts/check-tracked-files.ts')

function check(files: Record<string, string>) {
  const cwd = throwawayFolder(files)
  execFileSync('git', ['init', '--quiet'], { cwd })
  const env = { ...process.env, npm_config_registry: 'https://mirror.example.net/npm/' }
  const { status, stderr } = spawnSync(process.execPath, [script], { cwd, env, encoding: 'utf8' })
  return { status, stderr }
}

// Put together here, so that this file passes the check itself.
const path = (...parts: string[]) => ['', ...parts].join('/')

test('relative paths, addresses and usual absolute paths pass', () => {
  const result = check({
    'a.ts': `import './root/b.ts'\nfetch('http://localhost/root/b')\nopen('/tmp/a', '/usr/bin/env')\n`,
    'pnpm-lock.yaml': `packages:\n  valibot@1.5.0:\n    resolution: {integrity: sha512-a}\n`,
    '.gitignore': 'ignored.ts\n',
    'ignored.ts': path('root', 'a'),
  })
  expect(result).toEqual({ status: 0, stderr: '' })
})

test('paths of one machine and registries fail, each with its line', () => {
  const registry = ['registry', 'npmjs', 'org'].join('.')
  const { status, stderr } = check({
    'a.ts': `// fine\nopen('${path('root', 'a.txt')}')\n`,
    'b.md': `See ${path('work', 'repo')} and ${path('home', 'ann', 'repo')}.\n`,
    'c.json': `{ "url": "https://${registry}/valibot" }\n`,
    'd.yaml': `mirror: https://mirror.example.net/npm/valibot\n`,
    '.npmrc': `registry = https://example.org/\n`,
    'pnpm-lock.yaml': `  resolution: {tarball: https://example.org/valibot.tgz}\n`,
  })
  expect(status).toBe(1)
  // Without the quotation, which would fail the check on this file.
  const withoutQuotations = stderr.replace(/^(\S+: [^:]+):.*$/gm, '$1')
  expect(withoutQuotations).toMatchInlineSnapshot(`
    ".npmrc:1: a setting for one registry
    a.ts:2: a path of one machine
    b.md:1: a path of one machine
    b.md:1: a path of one machine
    c.json:1: the host of a package registry
    d.yaml:1: the host of a package registry
    pnpm-lock.yaml:1: a package locked to an address
    "
  `)
})
