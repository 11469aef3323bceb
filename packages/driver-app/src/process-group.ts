import { poll } from '@testrig/core'
import { hasProcFs, markedProcesses, readProcessTable } from './process-table.ts'
import { DRIVER_MARK } from './watchdog.ts'

export interface EndOptions {
  /** Signal that asks. */
  readonly signal: NodeJS.Signals
  /** Milliseconds until what is left is killed. */
  readonly timeout: number
  /** Value of the variable that marks the processes of this driver. */
  readonly mark: string
  /** Resolves when the first process has ended. */
  readonly exited: Promise<unknown>
  /** Asks the whole group at once, as for a shell that runs other programs. */
  readonly wholeGroup: boolean
}

/**
 * Ends a program with everything that it started: asks its first process, after half of the time all of them, and kills
 * what is left when the time is over. Resolves when none is left.
 */
export async function endProcesses(pid: number, options: EndOptions): Promise<void> {
  const { signal, timeout, mark, exited, wholeGroup } = options
  const deadline = performance.now() + timeout
  send(wholeGroup ? -pid : pid, signal)
  send(-pid, 'SIGCONT') // A paused process would take no signal.
  if (!(await within(exited, timeout / 2))) send(-pid, signal)
  await within(exited, deadline - performance.now())
  const rest = await remaining(pid, mark)
  if (rest.length > 0) await endRest(pid, { ...options, timeout: deadline - performance.now() }, rest)
}

async function endRest(
  pid: number,
  { signal, timeout, mark }: EndOptions,
  rest: readonly number[],
): Promise<void> {
  for (const each of rest) send(each, signal)
  const gone = async () => (await remaining(pid, mark)).length === 0
  const asked = await poll(gone, AbortSignal.timeout(Math.max(0, Math.floor(timeout)))).then(
    () => true,
    () => false,
  )
  if (asked) return
  await killProcesses(pid, mark)
}

/** Kills a program with everything that it started; resolves when none is left. */
export async function killProcesses(pid: number, mark: string): Promise<void> {
  await poll(async () => {
    send(-pid, 'SIGKILL')
    const rest = await remaining(pid, mark)
    for (const each of rest) send(each, 'SIGKILL')
    return rest.length === 0
  })
}

/** Sends a signal to a process, or to the group of a negative id; tells whether there was one. */
export function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** Processes of the group, and those that left it but carry the mark. */
async function remaining(pid: number, mark: string): Promise<readonly number[]> {
  if (!hasProcFs) return send(-pid, 0) ? [-pid] : []
  const inGroup = send(-pid, 0) ? readProcessTable().filter(({ group }) => group === pid) : []
  const marked = (await marks()).get(mark) ?? []
  return [...new Set([...inGroup.map((entry) => entry.pid), ...marked])]
}

let scan: Promise<ReadonlyMap<string, readonly number[]>> | undefined

/** Processes by driver mark; drivers that stop at the same time share one look. */
function marks(): Promise<ReadonlyMap<string, readonly number[]>> {
  scan ??= new Promise((resolve) => {
    setImmediate(() => {
      scan = undefined
      resolve(markedProcesses(DRIVER_MARK))
    })
  })
  return scan
}

async function within(event: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const limit = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => limit.resolve(false), Math.max(0, milliseconds))
  const happened = await Promise.race([event.then(() => true), limit.promise])
  clearTimeout(timer)
  return happened
}
