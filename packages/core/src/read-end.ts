import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** Without O_NONBLOCK, opening a pipe would wait for its writer. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Reads the last bytes of a file; tells how many stand before them. Undefined when there is no such regular file. */
export async function readEnd(
  path: string,
  bytes: number,
): Promise<{ readonly content: Buffer; readonly omitted: number } | undefined> {
  const file = await open(path, READ).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const status = await file.stat()
    if (!status.isFile()) return undefined
    const length = Math.min(status.size, bytes)
    const omitted = status.size - length
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, omitted)
    return { content: buffer.subarray(0, bytesRead), omitted }
  } finally {
    await file.close()
  }
}
