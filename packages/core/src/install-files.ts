import { isUtf8 } from 'node:buffer'
import { chmod, copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import * as v from 'valibot'
import { isContextValue, type Late } from './context-value.ts'
import { installFileFailed, installFileMissing } from './errors-options.ts'
import { late, type Schema, strictObject, text } from './schema.ts'
import type { TemplateTarget } from './template.ts'
import { render } from './templates.ts'

/** A file to install: its source, a pair of source and target, or the full form. */
export type InstallFile =
  | Late<string>
  | readonly [source: Late<string>, target: Late<string>]
  | {
      /** Path of the file to install; relative to the working directory. */
      readonly source: Late<string>
      /** Where to install it: a path, a directory (ending in `/`, or existing), relative to the driver's directory for files. @default the source's name */
      readonly target?: Late<string> | undefined
      /** Copies the file as it is, braces and all. @default false */
      readonly verbatim?: boolean | undefined
    }

export interface FileToInstall {
  readonly source: string
  readonly target: string | undefined
  readonly verbatim: boolean
}

const path = late(text('a path'))

export const installFileSchema: Schema<InstallFile> = v.union(
  [
    path,
    v.strictTuple([path, path]),
    strictObject({ source: path, target: v.optional(path), verbatim: v.optional(v.boolean()) }),
  ],
  'a path, a [source, target] pair, or { source, target?, verbatim? }',
) as unknown as Schema<InstallFile>

/** Brings the three forms of an installed file to one. */
export function fileToInstall(file: unknown): FileToInstall {
  if (typeof file === 'string' || isContextValue(file))
    return { source: file as string, target: undefined, verbatim: false }
  if (Array.isArray(file)) return { source: file[0], target: file[1], verbatim: false }
  const { source, target, verbatim = false } = file as { source: string; target?: string; verbatim?: boolean }
  return { source, target, verbatim }
}

/**
 * Installs files into a directory: text is rendered with the driver's attributes, binary content copied; paths are
 * templates too. Modes are kept, but the owner may always write.
 *
 * @throws INSTALL_FILE_MISSING, INSTALL_FILE_FAILED, and what rendering throws
 */
export async function installFiles(
  files: readonly unknown[],
  directory: string,
  target: TemplateTarget,
): Promise<void> {
  for (const file of files.map(fileToInstall)) await install(file, directory, target)
}

async function install(file: FileToInstall, directory: string, target: TemplateTarget): Promise<void> {
  const source = resolve(await renderPath(file.source, target))
  const info = await stat(source).catch((cause) => {
    throw installFileMissing(target.name, source, cause)
  })
  if (!info.isFile()) throw installFileMissing(target.name, source)
  const destination = await destinationOf(file, source, directory, target)
  const failed = (cause: unknown) => {
    throw installFileFailed(target.name, source, destination, cause)
  }
  const content = await readFile(source).catch(failed)
  const isTemplate = !file.verbatim && isText(content)
  const where = { ...target, where: source, file: source }
  const rendered = isTemplate ? await render(content.toString('utf8'), where) : undefined
  await put(source, destination, rendered)
    .then(() => chmod(destination, info.mode | 0o200))
    .catch(failed)
}

async function put(source: string, destination: string, rendered: string | undefined): Promise<void> {
  await mkdir(dirname(destination), { recursive: true })
  if (rendered === undefined) await copyFile(source, destination)
  else await writeFile(destination, rendered)
}

async function destinationOf(
  file: FileToInstall,
  source: string,
  directory: string,
  target: TemplateTarget,
): Promise<string> {
  if (file.target === undefined) return join(directory, basename(source))
  const rendered = await renderPath(file.target, target)
  const path = isAbsolute(rendered) ? rendered : join(directory, rendered)
  const existing = await stat(path).catch(() => undefined)
  return rendered.endsWith('/') || existing?.isDirectory() ? join(path, basename(source)) : path
}

function renderPath(path: string, target: TemplateTarget): Promise<string> | string {
  return path.includes('{{') || path.includes('{%')
    ? render(path, { ...target, where: `the path ${path}` })
    : path
}

/** Whether content can be a template: UTF-8 without NUL. */
export function isText(content: Buffer): boolean {
  return isUtf8(content) && !content.includes(0)
}
