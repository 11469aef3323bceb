import type { DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { withoutPeer } from '../connection-kind.ts'
import { AttributesTable } from './attributes-table.tsx'
import { commandLine } from './command-line.ts'
import { DriverConnections } from './driver-connections.tsx'
import { DriverTimings } from './driver-timings.tsx'
import { Section } from './section.tsx'

interface DriverDetailsProps {
  readonly environment: EnvironmentInfo
  readonly driver: DriverInfo
}

/** What a driver is, how it is connected and what its start took. */
export function DriverDetails({ environment, driver }: DriverDetailsProps): VNode {
  const { failure, problems, command, pids = [], listening, attributes } = driver
  const lonely = new Set(withoutPeer(environment, driver))
  return (
    <>
      {failure === undefined ? null : <pre class="failure">{failure}</pre>}
      {problems.map((problem) => (
        <p class="problem" key={problem}>
          {problem}
        </p>
      ))}
      <DriverConnections environment={environment} driver={driver} />
      {listening.length === 0 ? null : (
        <Section title="Listens on">
          <ul class="plain">
            {listening.map((address) => (
              <li key={address}>
                <code>{address}</code>{' '}
                {lonely.has(address) ? <span class="mark-lonely">no peer seen</span> : null}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <DriverTimings environment={environment} driver={driver} />
      {command === undefined ? null : (
        <Section title="Command">
          <pre class="command">{commandLine(command)}</pre>
        </Section>
      )}
      {pids.length === 0 ? null : (
        <Section title={pids.length === 1 ? 'Process' : 'Processes'}>
          <p class="figure">{pids.join(', ')}</p>
        </Section>
      )}
      <Section title="Attributes">
        <AttributesTable attributes={attributes} />
      </Section>
    </>
  )
}
