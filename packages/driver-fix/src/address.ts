import type { Socket } from 'node:net'

/** `host:port`, an IPv6 address in brackets. */
export function addressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Where a connection comes from. */
export function remoteAddress({
  remoteAddress: host = 'an unknown address',
  remotePort: port = 0,
}: Socket): string {
  return addressText(host, port)
}
