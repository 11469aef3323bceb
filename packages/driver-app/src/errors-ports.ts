// Wording of errors about ports that are given, which are seldom needed; docs/errors.md explains each code.
import { TestrigError } from '@testrig/core'
import type { PortUser } from './given-ports.ts'
import type { GivenPort } from './ports.ts'

/** Longest command that is shown as a whole, in characters. */
const LONGEST_COMMAND = 200

/** APP_PORT_IN_USE: a port that is given to a program is another's. */
export function portInUse(label: string, { name, port }: GivenPort, user: PortUser): TestrigError {
  return new TestrigError(
    'APP_PORT_IN_USE',
    `${label}: the port ${port} given as \`${name}\` ${useText(user)}, which would be taken for this program. ` +
      `End that, or give \`${name}: 'auto'\`. A program that is to share the port has it in its \`args\`, not in \`ports\`.`,
  )
}

function useText({ driver, host, processes }: PortUser): string {
  if (driver !== undefined) return `is that of ${driver}`
  const [first, ...others] = processes
  const who = first === undefined ? 'a process that this user may not see' : shown(first)
  const by = others.length === 0 ? who : `${who} and ${others.length} more`
  return host === undefined ? `is kept for a program of ${by}` : `is in use on ${host} by ${by}`
}

function shown({ pid, command }: PortUser['processes'][number]): string {
  if (pid === process.pid) return `this process (pid ${pid})`
  const words = command.length > LONGEST_COMMAND ? `${command.slice(0, LONGEST_COMMAND)}…` : command
  return words === '' ? `pid ${pid}` : `pid ${pid} (\`${words}\`)`
}
