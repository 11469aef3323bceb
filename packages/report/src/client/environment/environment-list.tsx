import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { FilePath } from '../file-path.tsx'
import { duration, plural, whole } from '../format.ts'
import type { Model } from '../model.ts'
import { More } from '../more.tsx'
import { href, type Route } from '../route.ts'
import { SearchField } from '../search-field.tsx'
import { EnvironmentName } from './environment-name.tsx'
import { isBroken } from './order.ts'
import { environmentGroup, environmentTitle, projectOf } from './title.ts'

interface EnvironmentListProps {
  readonly model: Model
  readonly route: Route
}

const PAGE = 100

/** All environments by file, those that failed first, narrowed by text. */
export function EnvironmentList({ model, route }: EnvironmentListProps): VNode {
  const [text, setText] = useState('')
  const [limit, setLimit] = useState(PAGE)
  const titled = useMemo(
    () =>
      model.environments.map((environment) => ({
        environment,
        title: environmentTitle(model, environment),
        project: projectOf(model, environment),
        group: environmentGroup(environment),
      })),
    [model],
  )
  const wanted = text.trim().toLowerCase()
  const found = titled.filter(({ title, group, project }) =>
    `${title} ${group} ${project}`.toLowerCase().includes(wanted),
  )
  const groups = Map.groupBy(found.slice(0, limit), ({ group }) => group)
  return (
    <nav class="environments" aria-label="Environments">
      <details open={matchMedia('(min-width: 900px)').matches}>
        <summary>
          Environments <span class="count">{whole(model.environments.length)}</span>
        </summary>
        {model.environments.length > 6 ? (
          <SearchField label="Search environments" placeholder="Search" value={text} onSearch={setText} />
        ) : null}
        {[...groups].map(([group, members]) => (
          <section key={group}>
            {members.length > 1 ? (
              <h2>
                <FilePath path={group} />
              </h2>
            ) : null}
            <ul>
              {members.map(({ environment, project }) => (
                <Item
                  key={environment.id}
                  model={model}
                  environment={environment}
                  project={project}
                  isAlone={members.length === 1}
                  isCurrent={route.environment === environment.id}
                />
              ))}
            </ul>
          </section>
        ))}
        {found.length === 0 ? <p class="note">None matches.</p> : null}
        <More shown={limit} all={found.length} page={PAGE} noun="environment" onMore={setLimit} />
      </details>
    </nav>
  )
}

interface ItemProps {
  readonly model: Model
  readonly environment: EnvironmentInfo
  readonly project: string
  /** Whether no other one is listed with it, below the name of their file. */
  readonly isAlone: boolean
  readonly isCurrent: boolean
}

function Item({ model, environment, project, isAlone, isCurrent }: ItemProps): VNode {
  const { scope, files } = environment
  const [file] = files
  const failed = model.testsOf(environment).filter(({ state }) => state === 'failed').length
  const health = isBroken(environment) ? 'broken' : failed > 0 ? 'unlucky' : 'well'
  const remark = isBroken(environment) ? 'failed' : failed > 0 ? plural(failed, 'failed test') : ''
  return (
    <li>
      <a
        href={href({ environment: environment.id })}
        aria-current={isCurrent ? 'page' : undefined}
        class={health}
      >
        <span class="item-title">
          {isAlone || scope === 'test' ? (
            <EnvironmentName model={model} environment={environment} />
          ) : (
            driverNames(environment)
          )}
        </span>
        {isAlone && scope === 'test' && file !== undefined ? (
          <span class="item-figures quiet">
            <FilePath path={file} />
          </span>
        ) : null}
        <span class="item-figures quiet">
          {project === '' ? '' : `${project} · `}
          {scope} · {plural(environment.drivers.length, 'driver')} ·{' '}
          {duration(environment.readyAt - environment.startedAt)}
          {remark === '' ? null : <span class="bad-word"> · {remark}</span>}
        </span>
      </a>
    </li>
  )
}

const MOST_NAMES = 3

/** What tells environments of the same file apart. */
function driverNames({ drivers, scope }: EnvironmentInfo): string {
  if (drivers.length === 0) return `for the ${scope}`
  const names = drivers.map(({ name }) => name)
  const rest = names.length - MOST_NAMES
  return names.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
