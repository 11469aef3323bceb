export interface Walk {
  readonly names: Iterable<string>
  /** What a name waits for; names outside the walk do not count. */
  before(name: string): readonly string[]
  after(name: string): readonly string[]
  /** Visits a name; must not reject. */
  visit(name: string): Promise<void>
}

/** Visits every name the moment all that it waits for has been visited. */
export function walk({ names, before, after, visit }: Walk): Promise<void> {
  const all = new Set(names)
  const waiting = new Map<string, number>()
  const done = Promise.withResolvers<void>()
  let left = all.size
  const begin = (name: string) => {
    visit(name).then(() => finish(name), done.reject)
  }
  const finish = (name: string) => {
    left -= 1
    if (left === 0) done.resolve()
    for (const next of after(name)) {
      if (!all.has(next)) continue
      const open = (waiting.get(next) ?? 0) - 1
      waiting.set(next, open)
      if (open === 0) begin(next)
    }
  }
  for (const name of all) waiting.set(name, before(name).filter((each) => all.has(each)).length)
  if (left === 0) done.resolve()
  for (const name of [...all]) if (waiting.get(name) === 0) begin(name)
  return done.promise
}
