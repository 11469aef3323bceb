import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

export interface Manifest {
  name: string
  version: string
  private?: boolean
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

export interface WorkspacePackage {
  /** The name of its folder below `packages/`. */
  folder: string
  directory: string
  manifest: Manifest
}

/** Lists the packages below `packages/`, sorted by folder. */
export function workspacePackages(root: string): WorkspacePackage[] {
  return globSync('packages/*/package.json', { cwd: root })
    .sort()
    .map((file) => {
      const directory = join(root, dirname(file))
      return {
        folder: basename(directory),
        directory,
        manifest: JSON.parse(readFileSync(join(root, file), 'utf8')),
      }
    })
}
