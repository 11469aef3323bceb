// Wording of errors about ports; docs/errors.md explains each code.
import { brief } from './show.ts'
import { TestrigError } from './testrig-error.ts'

/** PORT_RANGE: a range of ports that cannot be used. */
export function badPortRange(range: unknown): TestrigError {
  return new TestrigError(
    'PORT_RANGE',
    `Expected a port range { from, to } of whole numbers with 1024 <= from <= to <= 65535, got ${brief(range)}.`,
  )
}

/** PORT_HOST: a host that no port can be bound on. */
export function badPortHost(host: unknown, cause: unknown): TestrigError {
  const reason = cause instanceof Error ? ` (${cause.message})` : ''
  return new TestrigError(
    'PORT_HOST',
    `Cannot bind a port on host ${brief(host)}${reason}. Give an address of this machine, such as '127.0.0.1'.`,
    { cause },
  )
}

/** PORT_NONE_FREE: every port of the range is leased or in use. */
export function noFreePort(from: number, to: number, leased: number): TestrigError {
  return new TestrigError(
    'PORT_NONE_FREE',
    `No free port from ${from} to ${to}: ${leased} leased by Testrig processes, ${to - from + 1 - leased} in use. ` +
      'Give a wider range, or stop what uses them.',
  )
}

/** PORT_LOCK_DIRECTORY: the directory of the port locks cannot be used. */
export function badLockDirectory(path: string, cause: unknown): TestrigError {
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  return new TestrigError(
    'PORT_LOCK_DIRECTORY',
    `Cannot keep port locks in '${path}'${reason}. Make it a directory that this user owns, or point TMPDIR elsewhere.`,
    { cause },
  )
}
