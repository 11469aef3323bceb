import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A package that the page has something of. */
export interface BundledPackage {
  readonly name: string
  readonly version: string
  /** Its short name, such as MIT. */
  readonly licence: string
  /** The whole text. */
  readonly text: string
}

/** The packages that files belong to, each once, by name. */
export async function bundledPackages(files: readonly string[]): Promise<readonly BundledPackage[]> {
  const folders = new Set(files.flatMap((file) => packageFolder(file) ?? []))
  const packages = await Promise.all([...folders].map(described))
  return packages.sort((a, b) => a.name.localeCompare(b.name))
}

function packageFolder(file: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0]
}

async function described(folder: string): Promise<BundledPackage> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string
    readonly version: string
    readonly license: string
  }
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry))
  return {
    name,
    version,
    licence: license,
    text: file === undefined ? '' : await readFile(join(folder, file), 'utf8'),
  }
}
