import type { DriverGroup } from './driver-group.ts'
import type { Failure } from './environment-events.ts'
import type { DependencyGraph } from './graph.ts'
import { walk } from './walk.ts'

/** Stops all drivers in the reverse order of the graph, whichever fail; gives what failed. */
export async function stopDrivers(group: DriverGroup, graph: DependencyGraph): Promise<readonly Failure[]> {
  const failures: Failure[] = []
  const visit = async (name: string) => {
    if (!group.owns(name)) return
    await group
      .get(name)
      .stop()
      .catch((error) => failures.push([name, error]))
  }
  const { names } = group
  await walk({ names, before: (name) => graph.after(name), after: (name) => graph.before(name), visit })
  return failures
}
