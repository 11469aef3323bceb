import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { ChartView } from '../chart/chart-view.tsx'
import { FilePath } from '../file-path.tsx'
import { plural } from '../format.ts'
import type { Model } from '../model.ts'
import { type EnvironmentView, go, type Route } from '../route.ts'
import { Tabs } from '../tabs.tsx'
import { TestsView } from '../tests/tests-view.tsx'
import { TimelineView } from '../timeline/timeline-view.tsx'
import { DriversTable } from './drivers-table.tsx'
import { EnvironmentName } from './environment-name.tsx'
import { environmentFigures } from './figures.ts'
import { projectOf } from './title.ts'

interface EnvironmentPageProps {
  readonly model: Model
  readonly environment: EnvironmentInfo
  readonly route: Route
}

/** One environment: its figures, what failed, and the views of it. */
export function EnvironmentPage({ model, environment, route }: EnvironmentPageProps): VNode {
  const { id, failures } = environment
  const choose = (driver: string) => go({ environment: id, view: route.view, driver, tab: route.tab })
  return (
    <article class="environment" aria-labelledby="environment-title">
      <TitleBlock model={model} environment={environment} />
      {failures.map((failure, index) => (
        <pre class="failure" key={index}>
          {failure}
        </pre>
      ))}
      <Tabs
        label="Environment"
        tabs={[
          { name: 'chart', title: 'Flow chart' },
          { name: 'timeline', title: 'Timeline' },
          { name: 'drivers', title: 'Drivers', count: environment.drivers.length },
          { name: 'tests', title: 'Tests', count: model.testsOf(environment).length },
        ]}
        current={route.view}
        onSelect={(view) => go({ ...route, environment: id, view })}
      >
        <View model={model} environment={environment} route={route} view={route.view} onChoose={choose} />
      </Tabs>
    </article>
  )
}

interface ViewProps extends EnvironmentPageProps {
  readonly view: EnvironmentView
  onChoose(driver: string): void
}

function View({ model, environment, route, view, onChoose }: ViewProps): VNode {
  switch (view) {
    case 'chart':
      return <ChartView environment={environment} chosen={route.driver} onChoose={onChoose} />
    case 'timeline':
      return <TimelineView environment={environment} chosen={route.driver} />
    case 'drivers':
      return <DriversTable model={model} environment={environment} chosen={route.driver} />
    case 'tests':
      return (
        <TestsView
          key={environment.id}
          model={model}
          tests={model.testsOf(environment)}
          hasOneFile={environment.files.length === 1}
        />
      )
  }
}

/** As in the corner of a drawing: what it is of, and its figures. */
function TitleBlock({
  model,
  environment,
}: {
  readonly model: Model
  readonly environment: EnvironmentInfo
}): VNode {
  const project = projectOf(model, environment)
  const { files } = environment
  return (
    <header class="title-block">
      <div class="title-cell">
        <p class="caps">Environment{project === '' ? '' : ` · ${project}`}</p>
        <h1 id="environment-title">
          <EnvironmentName model={model} environment={environment} />
        </h1>
        {environment.scope === 'test' && files[0] !== undefined ? (
          <p class="quiet">
            <FilePath path={files[0]} />
          </p>
        ) : null}
        {files.length > 1 ? <FileList files={files} /> : null}
      </div>
      <dl class="cells">
        {environmentFigures(model, environment).map(({ what, value, remark, isBad }) => (
          <div key={what} class={isBad ? 'bad' : ''}>
            <dt class="caps">{what}</dt>
            <dd>
              <span class="value">{value}</span>
              {remark === undefined ? null : <span class="remark">{remark}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </header>
  )
}

function FileList({ files }: { readonly files: readonly string[] }): VNode {
  return (
    <details>
      <summary>{plural(files.length, 'file')}</summary>
      <ul class="plain path">
        {files.map((file) => (
          <li key={file}>{file}</li>
        ))}
      </ul>
    </details>
  )
}
