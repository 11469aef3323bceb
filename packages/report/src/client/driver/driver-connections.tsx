import type { ConnectionEdge, DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { CONNECTION_KINDS, connectionKind, observedEnds } from '../connection-kind.ts'
import { DriverLink } from '../driver-link.tsx'
import { Section } from './section.tsx'

interface DriverConnectionsProps {
  readonly environment: EnvironmentInfo
  readonly driver: DriverInfo
}

/** What a driver uses, and what uses it. */
export function DriverConnections({ environment, driver }: DriverConnectionsProps): VNode {
  const own = environment.edges.filter(({ from, to }) => from === driver.name || to === driver.name)
  return (
    <Section title="Connections">
      {own.length === 0 ? <p class="note">It is not connected with any other.</p> : null}
      <ul class="plain connections">
        {own.map((edge) => (
          <Connection key={`${edge.from} ${edge.to}`} edge={edge} environment={environment} driver={driver} />
        ))}
      </ul>
    </Section>
  )
}

function Connection({
  edge,
  environment,
  driver,
}: DriverConnectionsProps & { readonly edge: ConnectionEdge }): VNode {
  const { from, to, values, observed } = edge
  const kind = connectionKind(edge)
  return (
    <li>
      <span class="direction">{from === driver.name ? 'to' : 'from'}</span>{' '}
      <DriverLink environment={environment} name={from === driver.name ? to : from} />{' '}
      <span class={`kind ${kind}`}>{CONNECTION_KINDS[kind]}</span>
      {values.map(({ attribute, origin }) => (
        <div class="carried" key={`${attribute} ${origin}`}>
          <code>{attribute}</code> in {origin}
        </div>
      ))}
      {observed.map((link) => (
        <div class="carried" key={link.connection}>
          <code>{link.connection}</code> {observedEnds(link)}
        </div>
      ))}
    </li>
  )
}
