import type { Driver, Environment } from '@testrig/core'

interface Span {
  readonly name: string
  readonly begin: number
  readonly end: number
}

/**
 * Tells the order in which the drivers started, from their timelines: names in one group started at the same time, each
 * before any of them was up; `→` means that the group before was up.
 */
export function startOrder(environment: Environment): string {
  return inGroups(spans(environment, 'start'))
}

/** The same for the stop. */
export function stopOrder(environment: Environment): string {
  return inGroups(spans(environment, 'stop'))
}

function spans({ drivers }: Environment, what: 'start' | 'stop'): Span[] {
  return Object.values(drivers)
    .map((driver) => span(driver, what))
    .sort((first, second) => first.begin - second.begin)
}

function span({ name, timeline }: Driver, what: 'start' | 'stop'): Span {
  const begin = timeline[what].at(0)?.start
  const end = timeline[what].at(-1)?.end
  if (begin === undefined || end === undefined) throw new Error(`${name} has no ${what} in its timeline`)
  return { name, begin, end }
}

function inGroups(spans: readonly Span[]): string {
  const groups: Span[][] = []
  for (const span of spans) {
    const group = groups.at(-1)
    if (group?.every((other) => span.begin < other.end)) group.push(span)
    else groups.push([span])
  }
  return groups
    .map((group) =>
      group
        .map(({ name }) => name)
        .sort()
        .join(' + '),
    )
    .join(' → ')
}
