import system from 'systeminformation'

let looking: Promise<Awaited<ReturnType<typeof system.processes>>['list']> | undefined

/** The process with all that descend from it, where there is no /proc; who looks at the same time shares the look. */
export async function systemProcessTree(pid: number): Promise<readonly number[]> {
  looking ??= system.processes().then(({ list }) => {
    looking = undefined
    return list
  })
  const list = await looking
  const tree = new Set([pid])
  for (let size = 0; size !== tree.size; ) {
    size = tree.size
    for (const each of list) if (tree.has(each.parentPid)) tree.add(each.pid)
  }
  return [...tree]
}
