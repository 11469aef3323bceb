import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'

/** Renames a directory to the first name of `<path>.1`, `<path>.2` … that is free, and makes an empty one. */
export async function setAside(path: string): Promise<void> {
  if (!existsSync(path)) return
  let number = 1
  while (existsSync(`${path}.${number}`)) number += 1
  await rename(path, `${path}.${number}`)
  await mkdir(path, { recursive: true })
}
