import type { DriverFailures } from './driver-failures.ts'
import type { DriverGroup } from './driver-group.ts'
import type { Failure } from './environment-events.ts'
import { startAborted } from './errors-lifecycle.ts'
import type { DependencyGraph } from './graph.ts'
import { isUp } from './state.ts'
import type { TestrigError } from './testrig-error.ts'
import { walk } from './walk.ts'

export interface Ascent {
  readonly group: DriverGroup
  readonly graph: DependencyGraph
  /** The drivers to start, with all that they need. */
  readonly names: readonly string[]
  /** Takes why drivers are not up, and has those of earlier starts. */
  readonly known: DriverFailures
  /** Whether drivers that do not need a failed one go on. */
  readonly keepGoing: boolean
  /** Whether the environment goes down meanwhile. */
  isOvertaken(): boolean
}

/** Starts drivers, each the moment all that it needs is up; gives what keeps some of them from being up. */
export async function startDrivers(ascent: Ascent): Promise<readonly Failure[]> {
  const { group, graph, names, keepGoing } = ascent
  const found = new Map<string, unknown>()
  const visit = async (name: string) => {
    if (ascent.isOvertaken()) found.set(name, startAborted(name, 'the environment was stopped'))
    if (ascent.isOvertaken() || (found.size > 0 && !keepGoing)) return
    const broken = [name, ...graph.before(name)].find((each) => failureOf(each, ascent) !== undefined)
    try {
      if (broken !== undefined) throw failureOf(broken, ascent)
      group.takeBack(name)
      await group.get(name).start()
    } catch (error) {
      ascent.known.note(name, error as Error)
      if (broken === undefined || broken === name || !found.has(broken)) found.set(broken ?? name, error)
      if (!keepGoing) for (const other of names) group.get(other).abort(`${name} failed to start`)
    }
  }
  await walk({ names, before: (name) => graph.before(name), after: (name) => graph.after(name), visit })
  return withoutAborted([...found])
}

function failureOf(name: string, { group, known }: Ascent): Error | undefined {
  return isUp(group.get(name).state) ? undefined : known.get(name)
}

/** Leaves out what was only given up because of the first failure. */
function withoutAborted(failures: readonly Failure[]): readonly Failure[] {
  return failures.filter(
    ([, error], index) => index === 0 || (error as TestrigError).code !== 'START_ABORTED',
  )
}
