// Packs every package as it would be published, then lets publint and attw look at the tarball.
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { workspacePackages } from './workspace-packages.ts'

const folder = mkdtempSync(join(tmpdir(), 'testrig-packages-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

for (const { directory, folder: name, manifest } of workspacePackages(process.cwd())) {
  if (manifest.private) continue
  const destination = join(folder, name)
  run('pnpm', ['pack', '--pack-destination', destination], directory)
  const tarball = globSync('*.tgz', { cwd: destination })[0]
  if (!tarball) {
    console.error(`pnpm pack wrote no tarball for ${manifest.name}`)
    process.exitCode = 1
    continue
  }
  run('publint', ['run', join(destination, tarball), '--strict'])
  run('attw', [join(destination, tarball), '--profile', 'esm-only', '--no-emoji'])
}

function run(program: string, args: string[], cwd: string = process.cwd()): void {
  console.log(`\n$ ${program} ${args.join(' ')}`)
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit' })
  if (error) console.error(`Could not run ${program}: ${error.message}`)
  if (status !== 0) process.exitCode = 1
}
