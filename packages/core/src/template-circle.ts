import { dirname, relative, resolve } from 'node:path'
import type { NamedFile } from './template-references.ts'

/**
 * Files below a template that name one another in a circle, from one of them back to it, relative to the template's
 * directory; undefined when there are none.
 */
export function circleOf(template: string, files: readonly NamedFile[]): readonly string[] | undefined {
  const directory = dirname(template)
  const seen = new Set<string>()
  const follow = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (seen.has(file)) return undefined
    seen.add(file)
    for (const { by, name } of files) {
      const circle = by === file ? follow(resolve(directory, name), [...path, file]) : undefined
      if (circle !== undefined) return circle
    }
    return undefined
  }
  return follow(template, [])?.map((file) => relative(directory, file))
}
