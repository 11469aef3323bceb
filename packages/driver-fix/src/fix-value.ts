import { isUtf8 } from 'node:buffer'

/** What a field is given: a Date becomes a UTC timestamp, a boolean `Y` or `N`, bytes stay as they are. */
export type FixValue = string | number | bigint | boolean | Date | Uint8Array

/** What a field holds: text, or bytes where that is not UTF-8 or the field is one of raw data. */
export type FieldValue = string | Buffer

/** The value as a field holds it, or undefined when no field can. */
export function fieldValue(value: FixValue): FieldValue | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number') return decimal(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? 'Y' : 'N'
  if (value instanceof Uint8Array) return value.length === 0 ? undefined : Buffer.from(value)
  return value instanceof Date && !Number.isNaN(value.getTime()) ? utcTimestamp(value) : undefined
}

/** A point in time as the type UTCTimestamp has it, with milliseconds. */
export function utcTimestamp(date: Date): string {
  const iso = date.toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 10)}-${iso.slice(11, 23)}`
}

const UTC_TIMESTAMP = /^(\d{4})(\d\d)(\d\d)-(\d\d:\d\d:\d\d(?:\.\d{1,12})?)$/

/** The point in time that a UTCTimestamp tells, to the millisecond. */
export function parseUtcTimestamp(text: string): Date | undefined {
  const [, year, month, day, time] = UTC_TIMESTAMP.exec(text) ?? []
  const date = new Date(`${year}-${month}-${day}T${time}Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** Text where the bytes are UTF-8, else the bytes themselves. */
export function textOrBytes(bytes: Buffer): FieldValue {
  return isUtf8(bytes) ? bytes.toString() : Buffer.from(bytes)
}

/** The bytes of a value, each as a character of its own. */
export function binaryString(value: FieldValue): string {
  return (typeof value === 'string' ? Buffer.from(value) : value).toString('latin1')
}

/** FIX has no exponents. */
function decimal(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined
  const text = String(value)
  return text.includes('e') ? undefined : text
}
