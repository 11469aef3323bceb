import { copyFile, mkdir, rm, stat, symlink } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { binaryMissing } from './errors.ts'

export interface Program {
  readonly binary: string
  readonly preArgs: readonly (string | number)[]
  readonly args: readonly (string | number)[]
  readonly shell: boolean
  readonly output: 'direct' | 'stdbuf' | 'pty'
}

/** The program and its arguments as they are run. */
export function commandLine({ binary, preArgs, args, shell, output }: Program): readonly string[] {
  const plain = shell
    ? [
        '/bin/sh',
        '-c',
        [...preArgs.map((each) => quoted(String(each))), binary, '"$@"'].join(' '),
        'sh',
        ...args.map(String),
      ]
    : [...preArgs.map(String), binary, ...args.map(String)]
  if (output === 'stdbuf') return ['stdbuf', '-oL', '-eL', ...plain]
  if (output === 'pty') return ['script', '-qefc', `exec ${plain.map(quoted).join(' ')}`, '/dev/null']
  return plain
}

/** A word as the shell reads it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

export interface Placement {
  readonly binary: string
  readonly binaryStrategy: 'noop' | 'link' | 'copy'
}

/**
 * Puts a link to the program, or a copy of it, into a directory when the strategy asks for it; gives the path to run.
 *
 * @throws APP_BINARY when there is no such file to link or copy
 */
export async function placeBinary(
  { binary, binaryStrategy: strategy }: Placement,
  directory: string,
  label: string,
): Promise<string> {
  const path = binary.includes('/') ? resolve(binary) : binary
  if (strategy === 'noop') return path
  const isFile = await stat(path).then(
    (info) => info.isFile(),
    () => false,
  )
  if (!isFile) throw binaryMissing(label, path, strategy)
  const target = join(directory, basename(path))
  await mkdir(directory, { recursive: true })
  await rm(target, { force: true })
  await (strategy === 'link' ? symlink(path, target) : copyFile(path, target))
  return target
}
