import type { Arrived, Wanted } from './receiver.ts'

/** What a receive waits for, in words. */
export function shownWanted({ size, until }: Wanted): string {
  if (until !== undefined) return `data up to ${quote(until, false)}`
  return size === undefined ? 'any data' : bytes(size)
}

/** What has arrived, in words: how much, and the first of it. */
export function shownArrived({ length, head }: Arrived): string {
  if (length === 0) return 'nothing is there'
  const more = length - head.length
  return `${bytes(length)} ${length === 1 ? 'is' : 'are'} there: ${quote(head, more > 0)}${more > 0 ? ` and ${more} more` : ''}`
}

export function bytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`
}

/** UTF-8 in quotes, all else as hexadecimal digits; a cut may have split the last character. */
function quote(data: Uint8Array, cut: boolean): string {
  try {
    return JSON.stringify(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data, { stream: cut }),
    )
  } catch {
    return `<${Buffer.from(data)
      .toString('hex')
      .replace(/..(?=.)/g, '$& ')}>`
  }
}
