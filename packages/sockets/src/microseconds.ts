import { performance } from 'node:perf_hooks'

/** Microseconds since the epoch. */
export function microseconds(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000)
}
