import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { AttributeReference } from './context-value.ts'
import { templateSyntax } from './errors-template.ts'
import { OptionalPaths } from './template-optional.ts'

export interface TemplateReferences {
  /** Paths of top-level names: attributes of the driver that the template is rendered with, or initial context. */
  readonly attributes: readonly (readonly string[])[]
  /** What `context["driver"].attribute` names; also keys of the initial context. */
  readonly context: readonly AttributeReference[]
  /** What the template tests with `is defined`, or gives a `default`: this may be missing. */
  readonly optional: OptionalPaths
  /** Where each dotted path stands first, such as etc/app.cfg:7. */
  readonly places: ReadonlyMap<string, string>
  /** What each filter is applied to, by its name. */
  readonly filtered: ReadonlyMap<string, readonly FilteredValue[]>
  /** The files that are included, extended or imported. */
  readonly files: readonly NamedFile[]
}

/** That a file, or text, names a file to include, extend or import. */
export interface NamedFile {
  readonly by: string
  readonly name: string
}

interface FilteredValue {
  /** Undefined for an expression that is more than the path of a value. */
  readonly path: readonly string[] | undefined
  readonly place: string
}

/** The part of a syntax node of nunjucks that is used here; its types do not cover the parser. */
interface Node {
  readonly typename: string
  readonly fields: readonly string[]
  readonly lineno: number
  readonly [field: string]: unknown
}

interface Found {
  attributes: (readonly string[])[]
  context: AttributeReference[]
  optional: OptionalPaths
  places: Map<string, string>
  filtered: Map<string, FilteredValue[]>
  locals: Set<string>
  /** The file or text that is looked at. */
  where: string
  /** Whether it has more than one line. */
  lines: boolean
  files: NamedFile[]
}

const NAMES_OF_TEMPLATES = new Set([
  'loop',
  'super',
  'caller',
  'varargs',
  'kwargs',
  'range',
  'cycler',
  'joiner',
  'True',
  'False',
  'None',
])
const MAY_BE_MISSING = new Set(['default', 'd'])
const TESTS_OF_PRESENCE = new Set(['defined', 'undefined'])
/** Filters that take those of a list that have a property. */
const BY_PROPERTY = new Set(['selectattr', 'rejectattr'])

/**
 * Finds what a template reads, without rendering it.
 *
 * @throws TEMPLATE_SYNTAX naming `where` and the line
 */
export async function findReferences(text: string, where: string): Promise<TemplateReferences> {
  const found = emptyFindings()
  await parseInto(found, text, where)
  return finished(found)
}

/** Finds what a template file reads, with the files that it includes, extends or imports. */
export async function findFileReferences(text: string, file: string): Promise<TemplateReferences> {
  const found = emptyFindings()
  await parseInto(found, text, file)
  const seen = new Set([file])
  for (const { name } of found.files) {
    const path = resolve(dirname(file), name)
    if (seen.has(path)) continue
    seen.add(path)
    const included = await readFile(path, 'utf8').catch(() => undefined)
    if (included !== undefined) await parseInto(found, included, path)
  }
  return finished(found)
}

function emptyFindings(): Found {
  const locals = new Set<string>()
  return {
    attributes: [],
    context: [],
    optional: new OptionalPaths(locals),
    places: new Map(),
    filtered: new Map(),
    locals,
    files: [],
    where: '',
    lines: false,
  }
}

async function parseInto(found: Found, text: string, where: string): Promise<void> {
  const { parser } = (await import('nunjucks')).default as unknown as {
    parser: { parse(text: string): Node }
  }
  let root: Node
  try {
    root = parser.parse(text)
  } catch (error) {
    throw templateSyntax(where, error, text.split('\n').length)
  }
  found.where = where
  found.lines = text.includes('\n')
  visit(root, found)
}

function finished(found: Found): TemplateReferences {
  const known = (path: readonly string[]) =>
    !found.locals.has(path[0] ?? '') && !NAMES_OF_TEMPLATES.has(path[0] ?? '')
  const { context, optional, places, filtered, files } = found
  return { attributes: found.attributes.filter(known), context, optional, places, filtered, files }
}

function visit(node: unknown, found: Found): void {
  if (!isNode(node)) {
    if (Array.isArray(node)) for (const each of node) visit(each, found)
    return
  }
  const path = pathOf(node)
  if (path !== undefined) {
    record(path, node, found)
    return
  }
  if (node.typename === 'Filter') recordFilter(node, found)
  if (node.typename === 'Is' && TESTS_OF_PRESENCE.has(nameOf(node.right))) {
    markOptional(node.left, found)
    visit(node.left, found)
    return
  }
  declareLocals(node, found)
  for (const field of childFields(node)) visit(node[field], found)
}

/** The dotted path of a plain look-up such as `context["app"].port`; dynamic parts end it. */
function pathOf(node: Node): readonly (string | undefined)[] | undefined {
  if (node.typename === 'Symbol') return [String(node.value)]
  if (node.typename !== 'LookupVal') return undefined
  const target = isNode(node.target) ? pathOf(node.target) : undefined
  if (target === undefined) return undefined
  const key = node.val as Node
  return [...target, key.typename === 'Literal' ? String(key.value) : undefined]
}

function record(path: readonly (string | undefined)[], node: Node, found: Found): void {
  for (let each = node; each.typename === 'LookupVal'; each = each.target as Node) {
    if ((each.val as Node).typename !== 'Literal') visit(each.val, found)
  }
  const dynamic = path.indexOf(undefined)
  const plain = (dynamic < 0 ? path : path.slice(0, dynamic)) as string[]
  const dotted = plain.join('.')
  if (!found.places.has(dotted)) found.places.set(dotted, placeOf(node, found))
  if (plain[0] !== 'context') found.attributes.push(plain)
  else if (plain[1] !== undefined) {
    found.context.push({
      driver: plain[1],
      path: plain.length > 2 ? plain.slice(2) : undefined,
      place: placeOf(node, found),
    })
  }
}

function recordFilter(node: Node, found: Found): void {
  const name = nameOf(node.name)
  const [first, second] = (node.args as Node).children as readonly Node[]
  if (first === undefined) return
  if (MAY_BE_MISSING.has(name)) markOptional(first, found)
  if (BY_PROPERTY.has(name) && second?.typename === 'Literal')
    found.optional.add([...patternOf(first), undefined, String(second.value)])
  const path = pathOf(first)
  const plain = path?.includes(undefined) === true ? undefined : (path as readonly string[] | undefined)
  const all = found.filtered.get(name) ?? []
  found.filtered.set(name, [...all, { path: plain, place: placeOf(node, found) }])
}

/** A text of one line needs no number. */
function placeOf(node: Node, { where, lines }: Found): string {
  return lines || where.startsWith('/') ? `${where}:${node.lineno + 1}` : where
}

/** What is read of an element of a list, or of a property by its computed name, is missing with that. */
function markOptional(node: unknown, found: Found): void {
  if (!isNode(node)) return
  const pattern = patternOf(node)
  found.optional.add(pattern)
  for (let end = 2; end < pattern.length; end += 1)
    if (/^\d*$/.test(pattern[end - 1] ?? '')) found.optional.add(pattern.slice(0, end))
}

/** The path of any look-up; undefined stands for what is known only when the template is rendered. */
function patternOf(node: Node): readonly (string | undefined)[] {
  if (node.typename === 'Symbol') return [String(node.value)]
  if (node.typename !== 'LookupVal') return [undefined]
  const key = node.val as Node
  return [...patternOf(node.target as Node), key.typename === 'Literal' ? String(key.value) : undefined]
}

function declareLocals(node: Node, found: Found): void {
  const targets = {
    For: ['name'],
    AsyncEach: ['name'],
    Set: ['targets'],
    Macro: ['name', 'args'],
    Import: ['target'],
    FromImport: ['names'],
  }
  for (const field of targets[node.typename as keyof typeof targets] ?? []) {
    for (const name of symbolsIn(node[field])) found.locals.add(name)
  }
  if (['Include', 'Extends', 'Import', 'FromImport'].includes(node.typename)) {
    const file = node.template as Node
    if (file?.typename === 'Literal') found.files.push({ by: found.where, name: String(file.value) })
  }
}

function childFields(node: Node): readonly string[] {
  const names: Record<string, readonly string[]> = {
    For: ['arr', 'body', 'else_'],
    AsyncEach: ['arr', 'body', 'else_'],
    Filter: ['args'],
  }
  return (
    names[node.typename] ??
    [...node.fields, 'children'].filter((field, index, all) => all.indexOf(field) === index)
  )
}

function symbolsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(symbolsIn)
  if (!isNode(value)) return []
  if (value.typename === 'Symbol') return [String(value.value)]
  return childFields(value).flatMap((field) => symbolsIn(value[field]))
}

function nameOf(node: unknown): string {
  if (!isNode(node)) return ''
  return node.typename === 'FunCall' ? nameOf(node.name) : String(node.value ?? '')
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'typename' in value
}
