/** The lines of a text in UTF-8, without their ends (LF or CRLF). */
export function splitLines(bytes: Buffer): string[] {
  if (bytes.length === 0) return []
  const text = bytes.toString('utf8')
  const lines = text.split('\n')
  if (text.endsWith('\n')) lines.pop()
  return text.includes('\r') ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines
}

/** The last end of a UTF-8 character in the bytes. */
export function characterBoundary(bytes: Buffer): number {
  let start = bytes.length - 1
  while (start > bytes.length - 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--
  const first = bytes[start] ?? 0
  const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  return start + length <= bytes.length ? bytes.length : start
}

/** The bytes from the first that is not zero. */
export function withoutHole(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0)
  return start === -1 ? bytes.subarray(bytes.length) : bytes.subarray(start)
}
