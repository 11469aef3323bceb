import { existsSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'

const LEVELS = 8
const AROUND = 2

/** Finds source files that a program names as its compiler saw them: mostly relative to some directory above it. */
export class SourceFiles {
  readonly #places: readonly string[]

  constructor(binary: string, workingDir: string) {
    const above = [dirname(resolve(binary))]
    while (above.length < LEVELS) above.push(dirname(above.at(-1) as string))
    this.#places = [workingDir, ...(binary.includes('/') ? above : []), process.cwd()]
  }

  /** The file's absolute path; undefined when there is no such file. */
  find(file: string): string | undefined {
    const paths = isAbsolute(file) ? [file] : this.#places.map((place) => resolve(place, file))
    return paths.find((path) => existsSync(path))
  }
}

/** The lines around one of a file, which is marked. */
export function codeFrame(path: string, line: number): string | undefined {
  const lines = readFileSync(path, 'utf8').split('\n')
  if (lines[line - 1] === undefined) return undefined
  const first = Math.max(1, line - AROUND)
  const shown = lines.slice(first - 1, line + AROUND)
  const width = String(first + shown.length - 1).length
  return shown
    .map((text, index) => {
      const number = String(first + index).padStart(width)
      return `  ${first + index === line ? '❯' : ' '} ${number}| ${text}`.trimEnd()
    })
    .join('\n')
}
