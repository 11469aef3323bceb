import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { DriverLink } from '../driver-link.tsx'
import { duration } from '../format.ts'
import { Scroller } from '../scroller.tsx'
import type { Tracks } from './tracks.ts'

interface TimingsTableProps extends Tracks {
  readonly environment: EnvironmentInfo
  readonly title: string
}

/** A start or a stop as a table. */
export function TimingsTable({ environment, tracks, title }: TimingsTableProps): VNode {
  return (
    <Scroller label={`${title} as a table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Driver</th>
            <th scope="col">Began</th>
            <th scope="col">Took</th>
            <th scope="col">Phases</th>
            <th scope="col">Conditions</th>
            <th scope="col">Critical path</th>
          </tr>
        </thead>
        <tbody>
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
        </tbody>
      </table>
    </Scroller>
  )
}
