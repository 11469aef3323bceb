import type { ConnectionEdge, EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { CONNECTION_KINDS, connectionKind, observedEnds, withoutPeer } from '../connection-kind.ts'
import { DriverLink } from '../driver-link.tsx'
import { Table } from '../table.tsx'
import { chartNodes } from './chart-node.ts'

const COLUMNS = ['From', 'To', 'Known by', 'Values', 'Observed']

/** The chart as a table: every connection, then what has none. */
export function ConnectionsTable({ environment }: { readonly environment: EnvironmentInfo }): VNode {
  const connected = new Set(environment.edges.flatMap(({ from, to }) => [from, to]))
  const loose = chartNodes(environment).filter(({ name }) => !connected.has(name))
  const lonely = environment.drivers.flatMap((driver) =>
    withoutPeer(environment, driver).map((address) => ({ driver, address })),
  )
  return (
    <>
      <Table label="Connections" columns={COLUMNS}>
        {environment.edges.map((edge) => (
          <Row key={`${edge.from} ${edge.to}`} edge={edge} environment={environment} />
        ))}
      </Table>
      {environment.edges.length === 0 ? <p class="note">There are no connections.</p> : null}
      {loose.length > 0 ? (
        <p class="note">Not connected: {loose.map(({ name }) => name).join(', ')}.</p>
      ) : null}
      {lonely.length > 0 ? (
        <ul class="note">
          {lonely.map(({ driver, address }) => (
            <li key={`${driver.name} ${address}`}>
              {driver.name} listens on <code>{address}</code>, where nobody was seen.
            </li>
          ))}
        </ul>
      ) : null}
    </>
  )
}

interface RowProps {
  readonly edge: ConnectionEdge
  readonly environment: EnvironmentInfo
}

function Row({ edge, environment }: RowProps): VNode {
  const { from, to, values, dependency, observed } = edge
  const kind = connectionKind(edge)
  return (
    <tr>
      <th scope="row">
        <DriverLink environment={environment} name={from} />
      </th>
      <td>
        <DriverLink environment={environment} name={to} />
      </td>
      <td class={`kind ${kind}`}>
        {CONNECTION_KINDS[kind]}
        {dependency && kind !== 'dependency' ? <div class="quiet">starts after it</div> : null}
      </td>
      <td>
        {values.map(({ attribute, origin }) => (
          <div key={`${attribute} ${origin}`}>
            <code>{attribute}</code> <span class="quiet">in {origin}</span>
          </div>
        ))}
      </td>
      <td>
        {observed.map((link) => (
          <div key={link.connection}>
            <code>{link.connection}</code> <span class="quiet">{observedEnds(link)}</span>
          </div>
        ))}
      </td>
    </tr>
  )
}
