import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { duration } from '../format.ts'
import { href } from '../route.ts'
import { healthOf } from '../state-badge.tsx'
import { figures, spokenFigures } from './figures.ts'
import { phaseLook } from './phases.ts'
import { ticks } from './ticks.ts'
import type { Track, Tracks } from './tracks.ts'

interface GanttProps extends Tracks {
  readonly environment: EnvironmentInfo
  readonly chosen: string | undefined
}

/** Bars on a common scale, a row for each driver. The row under the pointer, or with the focus, shows its figures. */
export function Gantt({ environment, tracks, span, chosen }: GanttProps): VNode {
  const [shown, setShown] = useState<string>()
  return (
    <div class="gantt">
      <Axis span={span} />
      <ol onMouseLeave={() => setShown(undefined)} onKeyDown={walk}>
        {tracks.map((track) => {
          const { name } = track.driver
          return (
            <li
              key={name}
              class={`${track.critical === undefined ? '' : 'critical'} ${name === chosen ? 'chosen' : ''}`}
              onMouseEnter={() => setShown(name)}
            >
              <a
                href={href({ environment: environment.id, view: 'timeline', driver: name })}
                onFocus={() => setShown(name)}
                onBlur={() => setShown(undefined)}
              >
                <span class={`gantt-name ${healthOf(track.driver)}`}>{name}</span>
                <span class="hidden">{spokenFigures(track)}</span>
                <Bars track={track} span={span} />
              </a>
              {shown === name ? <Figures track={track} span={span} /> : null}
            </li>
          )
        })}
        <CriticalLines tracks={tracks} span={span} />
      </ol>
    </div>
  )
}

/** The arrow keys lead from row to row. */
function walk(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const rows = [...event.currentTarget.querySelectorAll('a')]
  const at = rows.indexOf(document.activeElement as HTMLAnchorElement)
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)]
  if (!next) return
  event.preventDefault()
  next.focus()
}

function Axis({ span }: { readonly span: number }): VNode {
  return (
    <div class="axis" aria-hidden="true">
      {ticks(span, 6).map((at) => (
        <span key={at} style={{ left: percent(at, span) }}>
          {duration(at)}
        </span>
      ))}
    </div>
  )
}

function Bars({ track, span }: { readonly track: Track; readonly span: number }): VNode {
  const { begin, end, phases, conditions, driver } = track
  const isBroken = healthOf(driver) === 'broken'
  return (
    <span class="track" aria-hidden="true">
      {phases.map(({ name, start, end: stop }, index) => (
        <span
          key={`${name} ${index}`}
          class={`phase ${phaseLook(name)}`}
          style={{ left: percent(start, span), width: percent(stop - start, span) }}
        />
      ))}
      {isBroken ? <span class="broken-end" style={{ left: percent(end, span) }} /> : null}
      {conditions.map(({ name, at }, index) => (
        <span key={`${name} ${index}`} class="condition" style={{ left: percent(at, span) }} />
      ))}
      <span class="taken" style={{ left: percent(end, span) }}>
        {duration(end - begin)}
      </span>
    </span>
  )
}

/** Lines down from where one driver of the critical path was up to where the next one began. */
function CriticalLines({ tracks, span }: Tracks): VNode {
  const path = tracks
    .map((track, row) => ({ track, row }))
    .filter(({ track }) => track.critical !== undefined)
    .sort((a, b) => (a.track.critical ?? 0) - (b.track.critical ?? 0))
  return (
    <li class="critical-lines" aria-hidden="true">
      {path.slice(1).map(({ track, row }, index) => {
        const before = path[index]?.row ?? row
        const place = {
          '--from': Math.min(before, row),
          '--to': Math.max(before, row),
          left: percent(track.begin, span),
        }
        return <span key={track.driver.name} style={place} />
      })}
    </li>
  )
}

function Figures({ track, span }: { readonly track: Track; readonly span: number }): VNode {
  const side =
    track.begin / span > 0.5
      ? { right: '8px' }
      : { left: `calc(var(--names) + ${percent(track.begin, span)} * 0.5)` }
  return (
    <div class="figures" style={side} aria-hidden="true">
      <strong>{track.driver.name}</strong>
      <dl>
        {figures(track).map(([what, value], index) => (
          <div key={`${what} ${index}`}>
            <dt>{what}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function percent(value: number, span: number): string {
  return `${(Math.min(1, Math.max(0, value / span)) * 100).toFixed(3)}%`
}
