import { existsSync, statfsSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Types of file systems whose writes by other machines raise no event: NFS, SMB, CIFS, 9p, FUSE, Ceph, AFS, vboxsf. */
const EVENTLESS: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x01021997, 0x65735546, 0x00c36400, 0x5346414f, 0x786f4256,
])

/** Whether the system tells of all changes at the path: Linux does, save on file systems that others write to. */
export function hasReliableEvents(path: string): boolean {
  if (process.platform !== 'linux') return false
  try {
    return !EVENTLESS.has(statfsSync(existsSync(path) ? path : nearestDirectory(path).directory).type)
  } catch {
    return false
  }
}

/** The nearest directory above the path that exists, and the entry in it that leads to the path. */
export function nearestDirectory(path: string): { directory: string; child: string } {
  let child = path
  let directory = dirname(path)
  while (directory !== dirname(directory) && !existsSync(directory)) {
    child = directory
    directory = dirname(directory)
  }
  return { directory, child: basename(child) }
}
