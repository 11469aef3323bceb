// Builds the site of the documentation: the API reference out of the sources, then all pages. Fails when a page quotes
// code that is gone or links to a page or a heading that is not there.
import { spawnSync } from 'node:child_process'
import { globSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brokenAnchors } from './docs-anchors.ts'
import { brokenQuotes } from './docs-quotes.ts'

const docs = resolve('docs')
const site = join('docs', '.vitepress', 'dist')
const begin = performance.now()

const broken = brokenQuotes(process.cwd())
if (broken.length > 0) {
  console.error(`The documentation quotes code that is not there:\n${broken.join('\n')}`)
  process.exit(1)
}
rmSync(join(docs, 'api'), { recursive: true, force: true })
run('typedoc')
run('vitepress', 'build')

const lost = brokenAnchors(site)
if (lost.length > 0) {
  console.error(`Links lead to headings that are not there:\n${lost.join('\n')}`)
  process.exit(1)
}

const pages = globSync('**/*.html', { cwd: site }).length
console.log(`${site}: ${pages} pages in ${((performance.now() - begin) / 1000).toFixed(1)} s`)

/** Runs a program of docs/node_modules; shows its output when it fails. */
function run(program: string, ...args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(join(docs, 'node_modules', '.bin', program), args, {
    cwd: docs,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: { ...process.env, NO_COLOR: '1' },
  })
  if (status === 0) return
  console.error(`${[program, ...args].join(' ')} failed\n${stdout}${stderr}${error?.message ?? ''}`.trim())
  process.exit(1)
}
