// Checks which package imports which, in sources and manifests, and that no files import each other in a circle.
// Usage: node scripts/check-dependencies.ts [root]
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, matchesGlob, relative, resolve } from 'node:path'
import { findCycles } from './import-cycles.ts'
import { type ModuleImport, readImports } from './module-imports.ts'
import { type WorkspacePackage, workspacePackages } from './workspace-packages.ts'

interface Rule {
  /** Packages of this repo that its sources may import. */
  imports: readonly string[]
  /** Files that may import types only of the others: they run in a browser. */
  typesOnly?: string
  /** Files that may import Vitest. Tests always may. */
  vitest?: string
}

/** The allowed edges, by folder below `packages/`. The first pattern that matches a folder is its rule. */
const RULES: Record<string, Rule> = {
  core: { imports: [], vitest: 'src/testing/**' },
  vitest: { imports: ['core', 'report'], vitest: '**' },
  'vitest-environment': { imports: ['vitest', 'core'], vitest: '**' },
  tls: { imports: ['core'] },
  'process-test': { imports: ['core', 'vitest', 'driver-app'], vitest: '**' },
  cli: { imports: ['core', 'report'] },
  // Its errors are those of the core, and the core writes the charts as text.
  report: { imports: ['core'], typesOnly: 'src/client/**' },
  sockets: { imports: ['core'] },
  java: { imports: ['core'] },
  'driver-zookeeper': { imports: ['core', 'driver-app', 'java'] },
  'driver-kafka': { imports: ['core', 'driver-app', 'java'] },
  'driver-tcp': { imports: ['core', 'sockets', 'tls'] },
  'driver-http': { imports: ['core', 'sockets', 'tls'] },
  'driver-fix': { imports: ['core', 'sockets', 'tls'] },
  'driver-zmq': { imports: ['core', 'sockets'] },
  'driver-*': { imports: ['core'] },
}

/** What a test may import beyond the rule of its package. */
const TESTS_MAY_IMPORT = 'driver-*'
const TEST_FILE = '**/*.test.ts'
const VITEST = /^(@?vitest)(\/|$)/

const root = resolve(process.argv[2] ?? '.')
const packages = workspacePackages(root)
const folderOf = new Map(packages.map(({ folder, manifest }) => [manifest.name, folder]))
const nameOf = new Map(packages.map(({ folder, manifest }) => [folder, manifest.name]))

const violations = packages.flatMap(checkPackage)
for (const violation of violations) console.error(violation)
if (violations.length > 0) {
  console.error(`\nViolations: ${violations.length}. What is allowed: RULES in scripts/check-dependencies.ts`)
  process.exitCode = 1
}

function checkPackage(pkg: WorkspacePackage): string[] {
  const rule = Object.entries(RULES).find(([pattern]) => matchesGlob(pkg.folder, pattern))?.[1]
  if (!rule) return [`packages/${pkg.folder}: no rule says what it may import. Add a row to RULES.`]
  const imports = new Map(
    globSync('src/**/*.{ts,tsx}', { cwd: pkg.directory })
      .sort()
      .map((file) => [file, readImports(join(pkg.directory, file))]),
  )
  return [
    ...checkManifest(pkg, rule),
    ...[...imports].flatMap(([file, found]) => found.flatMap((it) => checkImport(pkg, rule, file, it))),
    ...checkCycles(pkg, imports),
  ]
}

function checkManifest({ folder, directory, manifest }: WorkspacePackage, rule: Rule): string[] {
  const lines = readFileSync(join(directory, 'package.json'), 'utf8').split('\n')
  const names = [manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies].flatMap(
    (group) => Object.keys(group ?? {}),
  )
  return names.flatMap((name) => {
    const line = lines.findIndex((text) => text.includes(`"${name}"`) && !text.includes(`"name"`)) + 1
    const where = `packages/${folder}/package.json:${line}`
    if (VITEST.test(name)) return rule.vitest ? [] : [`${where}: depends on ${name}. ${vitestIsAllowedIn()}`]
    const target = folderOf.get(name)
    if (target === undefined || rule.imports.includes(target)) return []
    return [`${where}: depends on ${name}. ${allowed(folder, rule)}`]
  })
}

function checkImport(pkg: WorkspacePackage, rule: Rule, file: string, found: ModuleImport): string[] {
  const { folder } = pkg
  const { specifier, kind, line } = found
  const isTest = matchesGlob(file, TEST_FILE)
  const where = `packages/${folder}/${file}:${line}`

  if (specifier.startsWith('.')) {
    const inside = !relative(pkg.directory, resolve(pkg.directory, dirname(file), specifier)).startsWith('..')
    return inside
      ? []
      : [`${where}: imports ${specifier}, outside its package. Import a package by its name.`]
  }
  if (VITEST.test(specifier)) {
    if (isTest || (rule.vitest && matchesGlob(file, rule.vitest))) return []
    return [`${where}: imports ${specifier}. ${vitestIsAllowedIn()}`]
  }
  const target = folderOf.get(packageName(specifier))
  if (target === undefined) return []
  if (rule.imports.includes(target)) {
    const isBarred = rule.typesOnly && matchesGlob(file, rule.typesOnly) && kind !== 'type'
    return isBarred
      ? [`${where}: imports values of ${specifier}. ${folder}/${rule.typesOnly} may import types only.`]
      : []
  }
  if (isTest && (target === folder || matchesGlob(target, TESTS_MAY_IMPORT))) return []
  if (target === folder) return [`${where}: imports ${specifier}, its own package. Use a relative path.`]
  return [`${where}: imports ${specifier}. ${allowed(folder, rule)}`]
}

/** Only values loaded with the module count: types vanish, and `import()` runs when all modules are there. */
function checkCycles(pkg: WorkspacePackage, imports: ReadonlyMap<string, ModuleImport[]>): string[] {
  const graph = new Map(
    [...imports].map(([file, found]) => {
      const values = found.filter(({ kind, specifier }) => kind === 'value' && specifier.startsWith('.'))
      return [file, new Set(values.map(({ specifier }) => join(dirname(file), specifier)))]
    }),
  )
  return findCycles(graph).map((cycle) => {
    const [from = '', to = ''] = cycle
    const edge = imports.get(from)?.find(({ specifier }) => join(dirname(from), specifier) === to)
    return `packages/${pkg.folder}/${from}:${edge?.line}: import cycle ${cycle.join(' → ')}. Move what they share.`
  })
}

function allowed(folder: string, { imports }: Rule): string {
  const names = imports.map((target) => nameOf.get(target) ?? target)
  return `${folder} may import ${names.join(', ') || 'no package of this repo'}.`
}

function vitestIsAllowedIn(): string {
  const places = Object.entries(RULES).flatMap(([folder, { vitest }]) =>
    vitest ? [`packages/${folder}/${vitest}`] : [],
  )
  return `Vitest may be imported in ${places.join(', ')} and in tests.`
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
