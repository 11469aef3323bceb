import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { DriverLink } from '../driver-link.tsx'
import { duration } from '../format.ts'
import { Table } from '../table.tsx'
import type { Tracks } from './tracks.ts'

interface TimingsTableProps extends Tracks {
  readonly environment: EnvironmentInfo
  readonly title: string
}

const COLUMNS = ['Driver', 'Began', 'Took', 'Phases', 'Conditions', 'Critical path']

/** A start or a stop as a table. */
export function TimingsTable({ environment, tracks, title }: TimingsTableProps): VNode {
  return (
    <Table label={`${title} as a table`} columns={COLUMNS}>
      {tracks.map(({ driver, begin, end, phases, conditions, critical }) => (
        <tr key={driver.name}>
          <th scope="row">
            <DriverLink environment={environment} name={driver.name} />
          </th>
          <td class="number">+{duration(begin)}</td>
          <td class="number">{duration(end - begin)}</td>
          <td>
            {phases.map(({ name, start, end: stop }) => `${name} ${duration(stop - start)}`).join(', ')}
          </td>
          <td>{conditions.map(({ name, at }) => `${name} at +${duration(at)}`).join(', ')}</td>
          <td>{critical === undefined ? '' : `step ${critical + 1}`}</td>
        </tr>
      ))}
    </Table>
  )
}
