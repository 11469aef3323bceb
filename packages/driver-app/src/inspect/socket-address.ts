import type { SocketAddress } from './inspector.ts'

/** Parses an address of /proc/net/tcp: words of four bytes in the machine's order, which is little-endian here. */
export function parseAddress(text: string): SocketAddress {
  const [address = '', port = ''] = text.split(':')
  const bytes = Buffer.from(address, 'hex')
  for (let word = 0; word + 4 <= bytes.length; word += 4) bytes.subarray(word, word + 4).reverse()
  return { host: bytes.length === 4 ? bytes.join('.') : ipv6(bytes), port: Number.parseInt(port, 16) }
}

/** An IPv4 address of a socket for both families is shown as what it is. */
function ipv6(bytes: Buffer): string {
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff
  if (isMapped) return bytes.subarray(12).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
