const SECOND = 1_000
const MINUTE = 60_000
const count = new Intl.NumberFormat('en')

/** Milliseconds as a reader wants them: `0.4 ms`, `83 ms`, `1.24 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds)
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`
  if (ms < SECOND) return `${Math.round(ms)} ms`
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(2)} s`
  const seconds = Math.round(ms / SECOND)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Bytes in units of 1,024. */
export function bytes(value: number): string {
  if (value < 1_024) return `${count.format(value)} bytes`
  if (value < 1_024 * 1_024) return `${(value / 1_024).toFixed(1)} KiB`
  return `${(value / 1_024 / 1_024).toFixed(1)} MiB`
}

/** A whole number with separators. */
export function whole(value: number): string {
  return count.format(value)
}

/** A number with its noun: `1 driver`, `1,000 drivers`. */
export function plural(value: number, noun: string): string {
  return `${count.format(value)} ${noun}${value === 1 ? '' : 's'}`
}

/** How many were found of all that there are: `3 of 12 drivers`, `12 drivers`. */
export function ofAll(found: number, all: number, noun: string): string {
  return found === all ? plural(all, noun) : `${whole(found)} of ${plural(all, noun)}`
}

/** A moment as date and time of the reader's clock. */
export function moment(at: number): string {
  return new Date(at).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
}
