import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { sep } from 'node:path'

/** Sets a directory aside, and makes an empty one in its place. */
export async function beginAfresh(directory: string): Promise<void> {
  await setAside(directory)
  await mkdir(directory, { recursive: true })
}

/** Renames a file or directory, if there is one, to the first name of `<path>.1`, `<path>.2` … that is free. */
async function setAside(path: string): Promise<void> {
  if (!existsSync(path)) return
  let number = 1
  while (existsSync(`${path}.${number}`)) number += 1
  await rename(path, `${path}.${number}`)
}

/** Sets aside what lies below a directory; what lies elsewhere is left alone. */
export async function setAsideWithin(directory: string, path: string): Promise<void> {
  if (path.startsWith(directory + sep)) await setAside(path)
}
