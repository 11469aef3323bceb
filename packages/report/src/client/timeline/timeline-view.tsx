import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { type Form, FormChoice } from '../form-choice.tsx'
import { duration } from '../format.ts'
import { Gantt } from './gantt.tsx'
import { PHASES } from './phases.ts'
import { TimingsTable } from './timings-table.tsx'
import { startTracks, stopTracks, type Tracks } from './tracks.ts'

interface TimelineViewProps {
  readonly environment: EnvironmentInfo
  readonly chosen: string | undefined
}

/** When the drivers started and stopped, and what the start took its time from. */
export function TimelineView({ environment, chosen }: TimelineViewProps): VNode {
  const [form, setForm] = useState<Form>('drawn')
  const { start, stop } = useMemo(
    () => ({ start: startTracks(environment), stop: stopTracks(environment) }),
    [environment],
  )
  const idle = environment.drivers.filter((driver) => driver.start.length === 0)
  return (
    <>
      <div class="bar">
        <FormChoice value={form} onChange={setForm} />
        <PhaseLegend />
      </div>
      <CriticalPath environment={environment} start={start} />
      {(['Start', 'Stop'] as const).map((title) => {
        const tracks = title === 'Start' ? start : stop
        return (
          <section class="gantt-section" key={title} aria-label={title}>
            <h2>
              {title}{' '}
              <span class="figure gantt-total">
                {tracks.tracks.length === 0 ? '' : duration(tracks.span)}
              </span>
            </h2>
            {tracks.tracks.length === 0 ? (
              <p class="note">
                {title === 'Stop' ? 'It was not stopped when this was taken.' : 'No driver was started.'}
              </p>
            ) : form === 'drawn' ? (
              <Gantt environment={environment} {...tracks} chosen={chosen} />
            ) : (
              <TimingsTable environment={environment} {...tracks} title={title} />
            )}
          </section>
        )
      })}
      {idle.length > 0 ? <p class="note">Not started: {idle.map(({ name }) => name).join(', ')}.</p> : null}
    </>
  )
}

function PhaseLegend(): VNode {
  return (
    <ul class="legend" aria-label="Legend">
      {PHASES.map(({ title, look }) => (
        <li key={look}>
          <span class={`phase-sample ${look}`} /> {title}
        </li>
      ))}
      <li>
        <span class="condition-sample" /> a condition holds
      </li>
      <li>
        <span class="critical-line-sample" /> critical path
      </li>
    </ul>
  )
}

interface CriticalPathProps {
  readonly environment: EnvironmentInfo
  readonly start: Tracks
}

function CriticalPath({ environment, start }: CriticalPathProps): VNode | null {
  if (environment.criticalPath.length === 0) return null
  const taken = new Map(start.tracks.map(({ driver, begin, end }) => [driver.name, end - begin]))
  return (
    <p class="critical-path">
      <span class="caps">Critical path</span>
      {environment.criticalPath.map((name) => (
        <span class="step" key={name}>
          {name} <span class="figure">{duration(taken.get(name) ?? 0)}</span>
        </span>
      ))}
    </p>
  )
}
