import type { DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { withoutPeer } from '../connection-kind.ts'
import { DriverLink } from '../driver-link.tsx'
import { duration, plural } from '../format.ts'
import type { Model } from '../model.ts'
import { Scroller } from '../scroller.tsx'
import { StateBadge } from '../state-badge.tsx'

interface DriversTableProps {
  readonly model: Model
  readonly environment: EnvironmentInfo
  readonly chosen: string | undefined
}

/** All drivers of an environment, in the order of their declaration, narrowed by text. */
export function DriversTable({ model, environment, chosen }: DriversTableProps): VNode {
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const found = environment.drivers.filter(({ name, className, state }) =>
    `${name} ${className} ${state}`.toLowerCase().includes(wanted),
  )
  return (
    <>
      <div class="bar">
        <label class="search">
          <span class="hidden">Search drivers</span>
          <input
            type="search"
            placeholder="Search drivers"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <p class="quiet" role="status">
          {plural(found.length, 'driver')}
        </p>
      </div>
      <Scroller label="Drivers">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Class</th>
              <th scope="col">State</th>
              <th scope="col">Start</th>
              <th scope="col">Listens on</th>
              <th scope="col">Connections</th>
              <th scope="col">Tests</th>
            </tr>
          </thead>
          <tbody>
            {found.map((driver) => (
              <tr key={driver.name} class={driver.name === chosen ? 'chosen' : ''}>
                <th scope="row">
                  <DriverLink environment={environment} name={driver.name} />
                </th>
                <td>{driver.className}</td>
                <td>
                  <StateBadge driver={driver} />
                </td>
                <td class="number">{startTime(driver)}</td>
                <td>
                  <Addresses environment={environment} driver={driver} />
                </td>
                <td class="number">{connections(environment, driver)}</td>
                <td class="number">{model.testsOf(environment, driver.name).length}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </>
  )
}

function Addresses({
  environment,
  driver,
}: {
  readonly environment: EnvironmentInfo
  readonly driver: DriverInfo
}): VNode {
  const lonely = new Set(withoutPeer(environment, driver))
  return (
    <>
      {driver.listening.map((address) => (
        <div key={address}>
          <code>{address}</code> {lonely.has(address) ? <span class="mark-lonely">no peer</span> : null}
        </div>
      ))}
    </>
  )
}

function startTime({ start }: DriverInfo): string {
  const [first] = start
  const last = start.at(-1)
  return first && last ? duration(last.end - first.start) : '–'
}

function connections({ edges }: EnvironmentInfo, { name }: DriverInfo): number {
  return edges.filter(({ from, to }) => from === name || to === name).length
}
