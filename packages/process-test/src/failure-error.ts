import type { CasePath, Failure } from './report.ts'
import { codeFrame, type SourceFiles } from './source-files.ts'

/** Makes an error of a failure that Vitest shows where it happened, with the lines around. */
export function failureError(
  { message, name = 'AssertionError', file, line, error: given }: Failure,
  { sources, path, prefix = '' }: { sources: SourceFiles; path: CasePath; prefix?: string },
): Error {
  if (given !== undefined) return given
  const found = file === undefined ? undefined : sources.find(file)
  const place = file !== undefined && found === undefined ? `${file}${line ? `:${line}` : ''}: ` : ''
  const error = new Error(prefix + place + message)
  error.name = name
  return placed(error, { sources, path, file, line })
}

interface Place {
  readonly sources: SourceFiles
  readonly path: CasePath
  readonly file?: string | undefined
  readonly line?: number | undefined
}

/** Has an error point at a source of the program instead of at this package. */
export function placed(error: Error, { sources, path, file, line = 1 }: Place): Error {
  const found = file === undefined ? undefined : sources.find(file)
  error.stack = `${error.name}: ${error.message}`
  if (found === undefined) return error
  error.stack += `\n    at ${path.join('.') || 'program'} (${found}:${line}:1)`
  const code = codeFrame(found, line)
  return code === undefined ? error : Object.assign(error, { codeFrame: code })
}
