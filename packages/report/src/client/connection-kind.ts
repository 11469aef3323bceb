import type { ConnectionEdge, DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'

/** How an edge came to be known. */
export type ConnectionKind = 'agreed' | 'declared' | 'observed' | 'dependency'

/** What each kind of edge means, in the order of the legend. */
export const CONNECTION_KINDS: Readonly<Record<ConnectionKind, string>> = {
  agreed: 'declared and observed',
  declared: 'declared, never observed',
  observed: 'observed, never declared',
  dependency: 'order of start only',
}

/** The kind of an edge. */
export function connectionKind({ values, dependency, observed }: ConnectionEdge): ConnectionKind {
  if (observed.length > 0) return values.length > 0 || dependency ? 'agreed' : 'observed'
  return values.length > 0 ? 'declared' : 'dependency'
}

/** What passes along an edge, in a few words: `port · tcp 5432`. */
export function connectionLabel({ values, observed }: ConnectionEdge): string {
  const attributes = [...new Set(values.map(({ attribute }) => attribute))]
  const ways = [...new Set(observed.map(({ connection }) => connection.replace('://', ' ')))]
  return [shortened(attributes), shortened(ways)].filter((part) => part !== '').join(' · ')
}

/** The two ends of an observed link, in the order of its edge. */
export function observedEnds({ fromEnds, toEnds, reversed }: ConnectionEdge['observed'][number]): string {
  return `${fromEnds.join(', ')} ${reversed ? '←' : '→'} ${toEnds.join(', ')}`
}

/** Where a driver listens without anybody having been seen there. */
export function withoutPeer({ edges }: EnvironmentInfo, { name, listening }: DriverInfo): readonly string[] {
  const ends = edges
    .filter(({ to }) => to === name)
    .flatMap(({ observed }) => observed.flatMap(({ connection, toEnds }) => [connection, ...toEnds]))
  const ports = new Set(ends.flatMap((end) => /(\d+)$/.exec(end)?.[1] ?? []))
  return listening.filter((address) => {
    const port = /:(\d+)$/.exec(address)?.[1]
    return port === undefined ? !ends.some((end) => end === address) : !ports.has(port)
  })
}

function shortened(names: readonly string[]): string {
  const [first, ...more] = names
  if (first === undefined) return ''
  return more.length === 0 ? first : `${first} +${more.length}`
}
