import type { DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { figures } from '../timeline/figures.ts'
import { startTracks, stopTracks } from '../timeline/tracks.ts'
import { Section } from './section.tsx'

interface DriverTimingsProps {
  readonly environment: EnvironmentInfo
  readonly driver: DriverInfo
}

/** What the start and the stop of a driver took, counted from the begin of the environment's. */
export function DriverTimings({ environment, driver }: DriverTimingsProps): VNode {
  const start = startTracks(environment).tracks.find((track) => track.driver === driver)
  const stop = stopTracks(environment).tracks.find((track) => track.driver === driver)
  const titled = [
    ['Start', start],
    ['Stop', stop],
  ] as const
  return (
    <>
      {titled.map(([title, track]) =>
        track ? (
          <Section key={title} title={title}>
            <table class="timings">
              <tbody>
                {figures(track).map(([what, value], index) => (
                  <tr key={`${what} ${index}`}>
                    <th scope="row">{what}</th>
                    <td>{value}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {track.critical === undefined ? null : (
              <p class="note critical-note">On the critical path of the start.</p>
            )}
          </Section>
        ) : null,
      )}
    </>
  )
}
