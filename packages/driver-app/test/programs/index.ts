import { fileURLToPath } from 'node:url'

/** Path of a program that tests run. */
export function program(name: string, extension: 'mjs' | 'ts' = 'mjs'): string {
  return fileURLToPath(new URL(`${name}.${extension}`, import.meta.url))
}
