import { type BigIntStats, statSync } from 'node:fs'

let births: boolean | undefined

/** Tells a file from all others, also from one that was removed and whose inode number it bears. */
export function fileIdentity({ dev, ino, birthtimeNs }: BigIntStats): string {
  births ??= tellsBirths()
  return births ? `${dev}:${ino}:${birthtimeNs}` : `${dev}:${ino}`
}

/** Where the system call for it is missing, Node gives the time of the last change in place of the birth's. */
function tellsBirths(): boolean {
  const { birthtimeNs, ctimeNs } = statSync(process.execPath, { bigint: true })
  return birthtimeNs !== ctimeNs
}
