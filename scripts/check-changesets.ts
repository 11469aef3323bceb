// Checks what a release would trip over: `.changeset/` against the packages that exist. The tool's own `status` needs the
// base branch, which a clone of one commit lacks, and only warns of a pattern that matches nothing.
import { globSync, readFileSync } from 'node:fs'
import { matchesGlob } from 'node:path'
import { workspacePackages } from './workspace-packages.ts'

interface Config {
  access: string
  fixed: string[][]
}

const config: Config = JSON.parse(readFileSync('.changeset/config.json', 'utf8'))
const manifests = workspacePackages('.')
  .map(({ manifest }) => manifest)
  .filter((manifest) => !manifest.private)
const names = new Set(manifests.map(({ name }) => name))
const patterns = config.fixed.flat()
const versions = new Set(manifests.map(({ version }) => version))

const problems = [
  ...(config.access === 'public'
    ? []
    : [`.changeset/config.json: access is "${config.access}", not "public"`]),
  ...(config.fixed.length === 1 ? [] : ['.changeset/config.json: fixed is not one group']),
  ...patterns
    .filter((pattern) => ![...names].some((name) => matchesGlob(name, pattern)))
    .map((pattern) => `.changeset/config.json: "${pattern}" matches no package`),
  ...[...names]
    .filter((name) => !patterns.some((pattern) => matchesGlob(name, pattern)))
    .map((name) => `.changeset/config.json: ${name} is not in the fixed group`),
  ...(versions.size <= 1
    ? []
    : [`packages that are released together differ in version: ${[...versions].join(', ')}`]),
  ...globSync('.changeset/*.md')
    .filter((file) => !file.endsWith('README.md'))
    .flatMap(checkChangeset),
]
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

function checkChangeset(file: string): string[] {
  const [, header, summary] = /^---\n(.*?)^---\n(.*)$/ms.exec(readFileSync(file, 'utf8')) ?? []
  if (header === undefined || !summary?.trim())
    return [`${file}: expected packages between two lines "---", then a summary`]
  return header.split('\n').flatMap((line) => {
    if (line.trim() === '') return []
    const [, name = '', bump] = /^['"]?([^'"]+)['"]?: *(major|minor|patch)$/.exec(line.trim()) ?? []
    if (!bump) return [`${file}: expected 'package': major, minor or patch, found ${line.trim()}`]
    return names.has(name) ? [] : [`${file}: ${name} is no package of this repo`]
  })
}
