import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Gives this process and its children a temporary directory that is removed at the exit: tests of starts that fail leave
 * the drivers' directories on purpose. Port leases stay where all processes of the machine see them.
 */
export function useOwnTemporaryDirectory(): void {
  const shared = tmpdir()
  const own = mkdtempSync(join(shared, 'vitest-run-'))
  const leases = `testrig-ports-${process.getuid?.() ?? 'user'}`
  mkdirSync(join(shared, leases), { recursive: true })
  symlinkSync(join(shared, leases), join(own, leases), 'junction')
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = own
  process.once('exit', () => rmSync(own, { recursive: true, force: true }))
}
