import { isIPv6 } from 'node:net'

/** `host:port`, with brackets around the host when it is an IPv6 address. */
export function formatAddress(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}
