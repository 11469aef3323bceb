import { type BigIntStats, statSync } from 'node:fs'
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
  const isRead = wanted !== undefined || json !== undefined
  const old = fresh ? versionOf(statOf(file)) : undefined
  return polled(`the file ${path} is there`, async () => {
    const found = statOf(file)
    if (found === undefined) return `${file} does not exist`
    if (versionOf(found) === old)
      return `${file} is from before this start; \`fresh: false\` takes it as it is`
    // To open a pipe that nobody writes to takes one of Node's few threads for files, for ever.
    if (isRead && !found.isFile()) return `${file} is not a regular file, and has no content to look at`
    const text = isRead ? await readFile(file, 'utf8').catch(() => '') : ''
    const match = wanted?.exec(text)
    if (match === null) return `the content of ${file} does not match ${wanted}`
    const values = { ...match?.groups, ...jsonValues(json, text) }
    const missing = Object.entries(json ?? {}).filter(([name]) => values[name] === undefined)
    const places = missing.map(([name, place]) => `${name} at \`${place}\``)
    if (places.length > 0) return `${file} has no value yet for ${places.join(', ')}`
    program.addExtracts(withValues(values))
    return true
  })
}

function statOf(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })
}

/** What changes when a file is written or replaced; undefined when there is none. */
function versionOf(found: BigIntStats | undefined): string | undefined {
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
