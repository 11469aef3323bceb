import type { DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { conditionFigures, phaseFigures } from '../timeline/figures.ts'
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
                {phaseFigures(track).map(([what, value], index) => (
                  <tr key={`${what} ${index}`}>
                    <th scope="row">{what}</th>
                    <td>{value}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <ul class="plain held">
              {conditionFigures(track).map(([name, held], index) => (
                <li key={`${name} ${index}`}>
                  <span class="figure">{held}</span> <span>{name}</span>
                </li>
              ))}
            </ul>
            {track.critical === undefined ? null : (
              <p class="note critical-note">On the critical path of the start.</p>
            )}
          </Section>
        ) : null,
      )}
    </>
  )
}
