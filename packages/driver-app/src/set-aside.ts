import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'

/** Renames a file or directory, if there is one, to the first name of `<path>.1`, `<path>.2` … that is free. */
export async function setAside(path: string): Promise<void> {
  if (!existsSync(path)) return
  let number = 1
  while (existsSync(`${path}.${number}`)) number += 1
  await rename(path, `${path}.${number}`)
}
