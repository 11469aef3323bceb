import { readFile } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { type AttributeReference, contextValueKind, isContextValue, type Scope } from './context-value.ts'
import { type Dependencies, dependencyPairs } from './dependencies.ts'
import { type Driver, internals } from './driver.ts'
import { inPlace } from './errors-context.ts'
import { asyncStartWithDependencies, LIST_ORDER } from './errors-declaring.ts'
import { DependencyGraph } from './graph.ts'
import { fileToInstall, isText } from './install-files.ts'
import { findFileReferences, findReferences } from './templates.ts'

export interface PlanInput {
  readonly drivers: ReadonlyMap<string, Driver>
  /** How drivers are ordered beside their context values: undefined means one after another, as listed. */
  readonly dependencies: Dependencies | 'inferred' | undefined
  /** Further dependencies by name, as the builder declares them. */
  readonly after: ReadonlyMap<string, readonly string[]>
  scopeOf(driver: Driver): Scope
}

interface Origin extends AttributeReference {
  /** What made the dependency, as the graph shows it. */
  readonly origin: string
  /** The same, as a message begins. */
  readonly where: string
}

/**
 * Works out which drivers must be up before which: from the declared order and from every context value, wherever it
 * stands, also in files to install.
 *
 * @throws DEPENDENCY_CYCLE, UNKNOWN_DRIVER, ASYNC_START_WITH_DEPENDENCIES, DEPENDENCIES_INVALID, TEMPLATE_SYNTAX
 */
export async function planDependencies(input: PlanInput): Promise<DependencyGraph> {
  const graph = new DependencyGraph(input.drivers.keys())
  if (input.dependencies === undefined) addListOrder(graph, input.drivers)
  else refuseAsyncStart(input.drivers)
  if (input.dependencies !== undefined && input.dependencies !== 'inferred') addDeclared(graph, input)
  for (const [after, befores] of input.after) for (const before of befores) graph.add(before, after, 'after')
  for (const [name, driver] of input.drivers) {
    const scope = input.scopeOf(driver)
    for (const reference of await referencesOf(name, driver, scope))
      addReference(graph, name, reference, scope)
  }
  await graph.assertAcyclic()
  return graph
}

/** A value of one driver that another is given. */
export interface GivenValue {
  readonly user: string
  readonly source: string
  /** Missing where it cannot be told before the start. */
  readonly path: readonly string[] | undefined
  /** Where it is used: an option, or a file with a line. */
  readonly origin: string
}

/** All values that drivers are given by others, also those that make no dependency. */
export async function givenValues({
  drivers,
  scopeOf,
}: Pick<PlanInput, 'drivers' | 'scopeOf'>): Promise<readonly GivenValue[]> {
  const all = [...drivers].map(async ([user, driver]) => {
    const scope = scopeOf(driver)
    const isOther = (name: string) =>
      name !== user && drivers.has(name) && !Object.hasOwn(scope.initialContext, name)
    const references = await referencesOf(user, driver, scope)
    return references
      .filter((reference) => isOther(reference.driver))
      .map(({ driver: source, path, origin }) => ({ user, source, path, origin }))
  })
  return (await Promise.all(all)).flat()
}

function addListOrder(graph: DependencyGraph, drivers: ReadonlyMap<string, Driver>): void {
  let awaited: string | undefined
  for (const [name, driver] of drivers) {
    if (awaited !== undefined) graph.add(awaited, name, LIST_ORDER)
    if (driver.options.asyncStart !== true && driver.options.autoStart !== false) awaited = name
  }
}

function refuseAsyncStart(drivers: ReadonlyMap<string, Driver>): void {
  for (const [name, driver] of drivers)
    if (driver.options.asyncStart !== undefined) throw asyncStartWithDependencies(name)
}

function addDeclared(graph: DependencyGraph, { dependencies, drivers, scopeOf }: PlanInput): void {
  const [first] = drivers.values()
  if (first === undefined) return
  const scope = scopeOf(first)
  const nameOf = (side: Driver | string) =>
    inPlace('`dependencies`', undefined, () =>
      scope.nameOf(typeof side === 'string' ? scope.driver(side) : side),
    )
  for (const [before, after] of dependencyPairs(dependencies as Dependencies))
    graph.add(nameOf(before), nameOf(after), 'dependencies')
}

function addReference(graph: DependencyGraph, name: string, reference: Origin, scope: Scope): void {
  if (Object.hasOwn(scope.initialContext, reference.driver) || reference.driver === name) return
  const target = inPlace(`${name}: ${reference.where}`, name, () => scope.driver(reference.driver))
  if (reference.path !== undefined && internals.knownBeforeStart(target, reference.path)) {
    if (target.options.autoStart !== false) graph.addKnown(reference.driver, name, reference.origin)
    return
  }
  graph.add(reference.driver, name, reference.origin)
}

async function referencesOf(name: string, driver: Driver, scope: Scope): Promise<readonly Origin[]> {
  const options = internals.lateOptions(driver).map(async ({ option, value }) => {
    const kind = contextValueKind(value)
    const references = await inPlace(`${name}: option \`${option}\``, name, async () =>
      kind.references(scope),
    )
    return references.map((reference) => inOption(reference, option))
  })
  const files = (driver.options.installFiles ?? []).map((file, index) =>
    fileReferences(fileToInstall(file), `installFiles[${index}]`),
  )
  return (await Promise.all([...options, ...files])).flat()
}

/** What a file to install reads; one whose path is known only at start is looked at then. */
async function fileReferences(
  { source, target, verbatim }: ReturnType<typeof fileToInstall>,
  option: string,
): Promise<Origin[]> {
  const inPaths = await Promise.all(
    [source, target].filter(isPathTemplate).map((path) => findReferences(path, option)),
  )
  const found: Origin[] = inPaths.flatMap(({ context }) =>
    context.map((reference) => inOption(reference, option)),
  )
  if (verbatim || isContextValue(source) || isPathTemplate(source)) return found
  const path = resolve(source)
  const content = await readFile(path).catch(() => undefined)
  if (content === undefined || !isText(content)) return found
  const inFile = await findFileReferences(content.toString('utf8'), path)
  return [...found, ...inFile.context.map(inFileOf)]
}

function isPathTemplate(path: unknown): path is string {
  return typeof path === 'string' && (path.includes('{{') || path.includes('{%'))
}

function inOption(reference: AttributeReference, option: string): Origin {
  return { ...reference, origin: option, where: `option \`${option}\`` }
}

/** Files below the working directory are shown relative to it. */
function inFileOf(reference: AttributeReference): Origin {
  const { place = '' } = reference
  const below = place.startsWith(process.cwd() + sep)
  const origin = below ? relative(process.cwd(), place) : place
  return { ...reference, origin, where: origin }
}
