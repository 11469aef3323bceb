import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/**
 * Gives this process and its children a temporary directory that is removed at the exit: tests of starts that fail leave
 * the drivers' directories on purpose. Port leases stay where all processes of the machine see them. A second call does
 * nothing: Vitest evaluates its configuration once for every project that extends it.
 */
export function useOwnTemporaryDirectory(): void {
  const shared = tmpdir()
  const prefix = `vitest-run-${process.pid}-`
  if (basename(shared).startsWith(prefix)) return
  const own = mkdtempSync(join(shared, prefix))
  chmodSync(own, 0o755) // Programs of other users read what is installed for them.
  const leases = `testrig-ports-${process.getuid?.() ?? 'user'}`
  mkdirSync(join(shared, leases), { recursive: true })
  symlinkSync(join(shared, leases), join(own, leases), 'junction')
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = own
  process.once('exit', () => rmSync(own, { recursive: true, force: true }))
}
