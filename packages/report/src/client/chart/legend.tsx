import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { CONNECTION_KINDS, type ConnectionKind, connectionKind } from '../connection-kind.ts'

/** What the lines and nodes of the chart mean, with how many lines there are of each. */
export function Legend({ environment }: { readonly environment: EnvironmentInfo }): VNode {
  const counts = Object.groupBy(environment.edges, connectionKind)
  return (
    <ul class="legend" aria-label="Legend">
      {(Object.keys(CONNECTION_KINDS) as ConnectionKind[]).map((kind) => (
        <li key={kind}>
          <svg width="34" height="10" aria-hidden="true">
            <g class={`edge ${kind}`}>
              <path class="line" d="M1 5H32" marker-end={`url(#arrow-${kind})`} />
            </g>
          </svg>
          {CONNECTION_KINDS[kind]} <span class="count">{counts[kind]?.length ?? 0}</span>
        </li>
      ))}
      <li>
        <svg width="22" height="12" aria-hidden="true">
          <path class="critical-sample" d="M10 1H21V12Z" />
        </svg>
        on the critical path
      </li>
      <li>
        <svg width="24" height="12" aria-hidden="true">
          <rect class="loose-sample" x="1" y="1" width="22" height="10" rx="2" />
        </svg>
        not connected
      </li>
    </ul>
  )
}
