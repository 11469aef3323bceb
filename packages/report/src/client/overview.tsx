import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { EnvironmentName } from './environment/environment-name.tsx'
import { isBroken } from './environment/order.ts'
import { projectOf } from './environment/title.ts'
import { duration, moment, plural } from './format.ts'
import type { Model } from './model.ts'
import { More } from './more.tsx'
import { href } from './route.ts'
import { healthOf } from './state-badge.tsx'
import { Table } from './table.tsx'

const PAGE = 100
const COLUMNS = ['Environment', 'Scope', 'Drivers', 'Start', 'Critical path', 'Tests']
const SPARE = ['Scope', 'Critical path']

/** The whole run: how much there was, what went wrong, and every environment. */
export function Overview({ model }: { readonly model: Model }): VNode {
  const [limit, setLimit] = useState(PAGE)
  const broken = model.environments.filter(isBroken)
  return (
    <article aria-labelledby="overview-title">
      <header class="title-block">
        <div class="title-cell">
          <p class="caps">Test run · {moment(Date.parse(model.report.createdAt))}</p>
          <h1 id="overview-title">{summary(model)}</h1>
        </div>
      </header>
      {broken.length === 0 ? null : <Failures model={model} environments={broken} />}
      <Table label="All environments" class="overview" spare={SPARE} columns={COLUMNS}>
        {model.environments.slice(0, limit).map((environment) => (
          <Row key={environment.id} model={model} environment={environment} />
        ))}
      </Table>
      <More shown={limit} all={model.environments.length} page={PAGE} noun="environment" onMore={setLimit} />
    </article>
  )
}

function summary({ report, environments }: Model): string {
  const drivers = environments.reduce((sum, environment) => sum + environment.drivers.length, 0)
  const broken = environments.filter(isBroken).length
  const failed = report.tests.filter(({ state }) => state === 'failed').length
  const parts = [
    plural(environments.length, 'environment') + (broken > 0 ? `, ${broken} failed` : ''),
    plural(drivers, 'driver'),
    plural(report.tests.length, 'test') + (failed > 0 ? `, ${failed} failed` : ''),
  ]
  return parts.join(' · ')
}

interface FailuresProps {
  readonly model: Model
  readonly environments: readonly EnvironmentInfo[]
}

const MOST_FAILURES = 10

function Failures({ model, environments }: FailuresProps): VNode {
  return (
    <section class="failures" aria-labelledby="failures-title">
      <h2 id="failures-title">What failed</h2>
      {environments.slice(0, MOST_FAILURES).map((environment) => (
        <div key={environment.id}>
          <h3>
            <a href={href({ environment: environment.id })}>
              <EnvironmentName model={model} environment={environment} />
            </a>
          </h3>
          {messages(environment).map((message, index) => (
            <pre class="failure" key={index}>
              {message}
            </pre>
          ))}
        </div>
      ))}
      {environments.length > MOST_FAILURES ? (
        <p class="note">
          And {plural(environments.length - MOST_FAILURES, 'more environment')}, first in the list below.
        </p>
      ) : null}
    </section>
  )
}

function messages({ failures, drivers }: EnvironmentInfo): readonly string[] {
  return failures.length > 0 ? failures : drivers.flatMap(({ failure }) => failure ?? [])
}

function Row({
  model,
  environment,
}: {
  readonly model: Model
  readonly environment: EnvironmentInfo
}): VNode {
  const { id, scope, startedAt, readyAt, criticalPath } = environment
  const project = projectOf(model, environment)
  return (
    <tr>
      <th scope="row">
        <a href={href({ environment: id })}>
          <EnvironmentName model={model} environment={environment} />
        </a>
        {project === '' ? null : <span class="quiet"> {project}</span>}
      </th>
      <td class="spare">{scope}</td>
      <td>
        <DriverStates environment={environment} />
      </td>
      <td class="number">{duration(readyAt - startedAt)}</td>
      <td class="overview-path spare">{criticalPath.join(' → ')}</td>
      <td>
        <TestResults model={model} environment={environment} />
      </td>
    </tr>
  )
}

/** A square for each driver, coloured by how it did, with the same in words. */
function DriverStates({ environment }: { readonly environment: EnvironmentInfo }): VNode {
  const broken = environment.drivers.filter((driver) => healthOf(driver) === 'broken').length
  const squares = environment.drivers.slice(0, 24)
  return (
    <span class="states">
      <span class="squares" aria-hidden="true">
        {squares.map((driver) => (
          <i key={driver.name} class={healthOf(driver)} title={`${driver.name}: ${driver.state}`} />
        ))}
      </span>
      <span>
        {environment.drivers.length}
        {broken > 0 ? <span class="bad-word">, {broken} failed</span> : null}
      </span>
    </span>
  )
}

function TestResults({
  model,
  environment,
}: {
  readonly model: Model
  readonly environment: EnvironmentInfo
}): VNode {
  const tests = model.testsOf(environment)
  const failed = tests.filter(({ state }) => state === 'failed').length
  return (
    <>
      {tests.length}
      {failed > 0 ? <span class="bad-word">, {failed} failed</span> : null}
    </>
  )
}
