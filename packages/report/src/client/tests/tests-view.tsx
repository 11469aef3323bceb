import type { TestInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { Choice } from '../choice.tsx'
import { FilePath } from '../file-path.tsx'
import { duration, ofAll, whole } from '../format.ts'
import type { Model } from '../model.ts'
import { More } from '../more.tsx'
import { SearchField } from '../search-field.tsx'
import { ResultBadge } from '../state-badge.tsx'
import { filteredTests, type StateFilter } from './filter.ts'
import { UsedDrivers } from './used-drivers.tsx'

interface TestsViewProps {
  readonly model: Model
  readonly tests: readonly TestInfo[]
  /** Without the files, where all tests are of one. */
  readonly hasOneFile?: boolean
}

const PAGE = 100

/** Tests with their results and the drivers that they used, narrowed by result and by text. */
export function TestsView({ model, tests, hasOneFile = false }: TestsViewProps): VNode {
  const [state, setState] = useState<StateFilter>('all')
  const [text, setText] = useState('')
  const found = useMemo(() => filteredTests(tests, state, text), [tests, state, text])
  const [limit, setLimit] = useState(PAGE)
  if (tests.length === 0) return <p class="note">No test used it.</p>
  return (
    <>
      <div class="bar">
        <Choice legend="Results shown" options={stateOptions(tests)} value={state} onChange={setState} />
        <SearchField label="Search tests" value={text} onSearch={setText} />
        <p class="quiet" role="status">
          {ofAll(found.length, tests.length, 'test')}
        </p>
      </div>
      <ul class="tests">
        {found.slice(0, limit).map((test, index) => (
          <TestRow key={index} test={test} model={model} hasOneFile={hasOneFile} />
        ))}
      </ul>
      <More shown={limit} all={found.length} page={PAGE} noun="test" onMore={setLimit} />
    </>
  )
}

function stateOptions(tests: readonly TestInfo[]): readonly (readonly [StateFilter, string])[] {
  const count = (state: TestInfo['state']) => whole(tests.filter((test) => test.state === state).length)
  return [
    ['all', 'All'],
    ['failed', `Failed ${count('failed')}`],
    ['passed', `Passed ${count('passed')}`],
    ['skipped', `Skipped ${count('skipped')}`],
  ]
}

interface TestRowProps {
  readonly test: TestInfo
  readonly model: Model
  readonly hasOneFile: boolean
}

function TestRow({ test, model, hasOneFile }: TestRowProps): VNode {
  const { name, file, project, errors } = test
  const suites = name.slice(0, -1)
  return (
    <li class={test.state}>
      <div class="test-line">
        <ResultBadge test={test} />
        <span class="test-name">
          {suites.length > 0 ? <span class="quiet">{suites.join(' › ')} › </span> : null}
          {name.at(-1)}
        </span>
        <span class="figure">{test.state === 'skipped' ? '' : duration(test.duration)}</span>
      </div>
      <div class="test-place quiet">
        {hasOneFile ? null : (
          <span>
            {project === '' ? '' : `${project} · `}
            <FilePath path={file} />
          </span>
        )}
        <UsedDrivers test={test} model={model} />
      </div>
      {errors.map((error, index) => (
        <pre class="failure" key={index}>
          {error}
        </pre>
      ))}
    </li>
  )
}
