import type { TestInfo } from '@testrig/core/driver-info'

export type StateFilter = TestInfo['state'] | 'all'

/** The tests in a state that have a text in their names, file, errors or drivers; failed ones first. */
export function filteredTests(
  tests: readonly TestInfo[],
  state: StateFilter,
  text: string,
): readonly TestInfo[] {
  const wanted = text.trim().toLowerCase()
  return tests
    .filter((test) => state === 'all' || test.state === state)
    .filter((test) => wanted === '' || searched(test).includes(wanted))
    .sort((a, b) => Number(b.state === 'failed') - Number(a.state === 'failed'))
}

function searched({ name, file, project, errors, used }: TestInfo): string {
  const drivers = used.flatMap((use) => use.drivers)
  return [name.join(' › '), file, project, ...drivers, ...errors].join('\n').toLowerCase()
}
