import { readFile } from 'node:fs/promises'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { dataFields } from './data-fields.ts'
import type { Dictionary, FieldDefinition, Members } from './dictionary.ts'
import { dictionaryInvalid } from './errors.ts'

/** Reads a dictionary in the XML of QuickFIX. @throws FIX_DICTIONARY_INVALID */
export async function readDictionary(label: string, path: string): Promise<Dictionary> {
  try {
    return dictionaryOf(parse(await readFile(path, 'utf8')))
  } catch (error) {
    throw dictionaryInvalid(label, path, error)
  }
}

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
}

/** An element as the parser gives it: its children under its name, and its attributes under `:@`. */
type Node = Readonly<Record<string, unknown>>

function parse(xml: string): Element {
  const valid = XMLValidator.validate(xml)
  if (valid !== true) throw new Error(`line ${valid.err.line}: ${valid.err.msg.replace(/\.$/, '')}`)
  const options = {
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
  }
  const nodes = new XMLParser(options).parse(xml) as readonly Node[]
  const root = nodes.map(elementOf).find(({ name }) => name === 'fix')
  if (root === undefined) throw new Error('its root element is not <fix>')
  return root
}

function elementOf(node: Node): Element {
  const name = Object.keys(node).find((key) => key !== ':@') ?? ''
  const children = node[name]
  return {
    name,
    attributes: (node[':@'] ?? {}) as Record<string, string>,
    children: Array.isArray(children) ? children.map(elementOf) : [],
  }
}

function dictionaryOf(root: Element): Dictionary {
  const { type = 'FIX', major = '', minor = '', servicepack = '0' } = root.attributes
  if (major === '' || minor === '') throw new Error('<fix> lacks its attributes `major` and `minor`')
  const fields = new Map(section(root, 'fields').map((field) => [tagNumber(field), fieldDefinition(field)]))
  const tagOf = new Map([...fields].map(([tag, { name }]) => [name, tag]))
  const components = new Map(section(root, 'components').map((each) => [nameOf(each), each]))
  const members = (elements: readonly Element[]) => new MembersReader(tagOf, components).read(elements)
  return {
    version: `${type}.${major}.${minor}${servicepack === '0' ? '' : `SP${servicepack}`}`,
    fields,
    tagOf,
    header: members(section(root, 'header')),
    trailer: members(section(root, 'trailer')),
    messages: new Map(
      section(root, 'messages').map((each) => [attribute(each, 'msgtype'), members(each.children)]),
    ),
    dataFields: dataFields(dataPairs(fields, tagOf)),
  }
}

function section(root: Element, name: string): readonly Element[] {
  return root.children.find((each) => each.name === name)?.children ?? []
}

function fieldDefinition(field: Element): FieldDefinition {
  const values = field.children
    .filter(({ name }) => name === 'value')
    .map((value) => attribute(value, 'enum'))
  return {
    name: nameOf(field),
    type: attribute(field, 'type').toUpperCase(),
    values: values.length === 0 ? undefined : new Set(values),
  }
}

/** The fields of raw data have their lengths in fields named after them. */
function dataPairs(
  fields: ReadonlyMap<number, FieldDefinition>,
  tagOf: ReadonlyMap<string, number>,
): (readonly [number, number])[] {
  return [...fields].flatMap(([tag, { name, type }]) => {
    const length = tagOf.get(`${name}Len`) ?? tagOf.get(`${name}Length`)
    return type.endsWith('DATA') && length !== undefined ? [[length, tag] as const] : []
  })
}

/** Reads the fields, groups and components of one message. */
class MembersReader {
  readonly #tagOf: ReadonlyMap<string, number>
  readonly #components: ReadonlyMap<string, Element>
  readonly #open: string[] = []

  constructor(tagOf: ReadonlyMap<string, number>, components: ReadonlyMap<string, Element>) {
    this.#tagOf = tagOf
    this.#components = components
  }

  read(elements: readonly Element[]): Members {
    const members = {
      tags: new Set<number>(),
      required: new Set<number>(),
      groups: new Map<number, Members>(),
    }
    for (const element of elements) this.#add(element, members)
    const inside = [...members.groups.values()].flatMap(({ all }) => [...all])
    return { ...members, all: new Set([...members.tags, ...inside]) }
  }

  #add(element: Element, { tags, required, groups }: MembersBeingRead): void {
    const name = nameOf(element)
    const isRequired = element.attributes.required === 'Y'
    if (element.name === 'component') {
      const part = this.#component(name)
      for (const tag of part.tags) tags.add(tag)
      for (const [tag, group] of part.groups) groups.set(tag, group)
      if (isRequired) for (const tag of part.required) required.add(tag)
      return
    }
    const tag = this.#tagOf.get(name)
    if (tag === undefined) throw new Error(`<fields> has no field \`${name}\``)
    tags.add(tag)
    if (isRequired) required.add(tag)
    if (element.name === 'group') groups.set(tag, this.read(element.children))
  }

  #component(name: string): Members {
    const component = this.#components.get(name)
    if (component === undefined) throw new Error(`<components> has no component \`${name}\``)
    if (this.#open.includes(name)) throw new Error(`the component \`${name}\` contains itself`)
    this.#open.push(name)
    const members = this.read(component.children)
    this.#open.pop()
    return members
  }
}

interface MembersBeingRead {
  readonly tags: Set<number>
  readonly required: Set<number>
  readonly groups: Map<number, Members>
}

function nameOf(element: Element): string {
  return attribute(element, 'name')
}

function tagNumber(field: Element): number {
  const number = Number(attribute(field, 'number'))
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`the field \`${nameOf(field)}\` has no valid number`)
  return number
}

function attribute(element: Element, name: string): string {
  const value = element.attributes[name]
  if (value === undefined) throw new Error(`an element <${element.name}> lacks its attribute \`${name}\``)
  return value
}
