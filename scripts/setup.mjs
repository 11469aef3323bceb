// Installs from the lockfile when it, or a manifest, changed since the last install. Runs on Node 20, needs npm only.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PNPM = 'pnpm@12.21.0'
const STAMP = join('node_modules', '.testrig-setup')

const manifests = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', ...workspaceManifests()]
const hash = createHash('sha256')
for (const file of manifests) hash.update(file).update(existsSync(file) ? readFileSync(file) : '')
const fingerprint = hash.digest('hex')

if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== fingerprint) {
  const install = spawnSync('npx', ['-y', PNPM, 'install', '--frozen-lockfile'], {
    stdio: [0, 2, 2], // The standard output is that of what runs next: JSON, for one.
    shell: process.platform === 'win32',
  })
  if (install.status !== 0) process.exit(install.status ?? 1)
  writeFileSync(STAMP, fingerprint)
}

function workspaceManifests() {
  const folders = ['packages', 'examples'].flatMap((parent) =>
    existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name, 'package.json')) : [],
  )
  return [...folders, join('docs', 'package.json')].filter((file) => existsSync(file)).sort()
}
