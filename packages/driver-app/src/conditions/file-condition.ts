import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Condition, polled } from '@testrig/core'
import type { FileReadiness } from '../readiness.ts'
import { patternOf } from './pattern-of.ts'
import type { ProgramView } from './program-view.ts'

export function fileCondition(
  { path, pattern, json, fresh = true }: FileReadiness,
  program: ProgramView,
): Condition {
  const file = resolve(program.workingDir, path as string)
  const wanted = pattern === undefined ? undefined : patternOf(pattern as string | RegExp)
  const old = fresh ? versionOf(file) : undefined
  return polled(`the file ${path} is there`, async () => {
    const version = versionOf(file)
    if (version === undefined) return `${file} does not exist`
    if (version === old) return `${file} is from before this start; \`fresh: false\` takes it as it is`
    const text = await readFile(file, 'utf8').catch(() => '')
    const match = wanted?.exec(text)
    if (match === null) return `the content of ${file} does not match ${wanted}`
    const found = { ...match?.groups, ...jsonValues(json, text) }
    const missing = Object.entries(json ?? {}).filter(([name]) => found[name] === undefined)
    const places = missing.map(([name, place]) => `${name} at \`${place}\``)
    if (places.length > 0) return `${file} has no value yet for ${places.join(', ')}`
    program.addExtracts(withValues(found))
    return true
  })
}

/** What changes when a file is written or replaced; undefined when there is none. */
function versionOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}:${found.mtimeNs}:${found.ctimeNs}:${found.size}`
}

function withValues(found: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function jsonValues(
  paths: Readonly<Record<string, string>> | undefined,
  text: string,
): Record<string, string | undefined> {
  if (paths === undefined) return {}
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return {} // The program may still be writing it.
  }
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, jsonValue(content, path)]))
}

function jsonValue(content: unknown, path: string): string | undefined {
  const keys = path.split(/[.[\]]/).filter((key) => key !== '')
  const value = keys.reduce<unknown>(
    (holder, key) => (holder as Record<string, unknown> | null | undefined)?.[key],
    content,
  )
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
