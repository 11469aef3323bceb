import type { DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { withoutPeer } from '../connection-kind.ts'
import { DriverLink } from '../driver-link.tsx'
import { duration, ofAll } from '../format.ts'
import type { Model } from '../model.ts'
import { SearchField } from '../search-field.tsx'
import { StateBadge } from '../state-badge.tsx'
import { Table } from '../table.tsx'

interface DriversTableProps {
  readonly model: Model
  readonly environment: EnvironmentInfo
  readonly chosen: string | undefined
}

const COLUMNS = ['Name', 'Class', 'State', 'Start', 'Listens on', 'Connections', 'Tests']

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
        <SearchField label="Search drivers" value={text} onSearch={setText} />
        <p class="quiet" role="status">
          {ofAll(found.length, environment.drivers.length, 'driver')}
        </p>
      </div>
      <Table label="Drivers" columns={COLUMNS}>
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
      </Table>
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
