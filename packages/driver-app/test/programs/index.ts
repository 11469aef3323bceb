import { fileURLToPath } from 'node:url'

/** Path of a program that tests run. */
export function program(name: string): string {
  return fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
}
