import { isIPv6 } from 'node:net'

/** An endpoint over TCP, with brackets around an IPv6 address. */
export function tcpEndpoint(host: string, port: number | '*'): string {
  return isIPv6(host) ? `tcp://[${host}]:${port}` : `tcp://${host}:${port}`
}

/** Whether an endpoint is one over TCP. */
export function isTcp(endpoint: string): boolean {
  return endpoint.startsWith('tcp://')
}

/** Whether an endpoint has an address of IPv6. */
export function isIPv6Endpoint(endpoint: string): boolean {
  return endpoint.startsWith('tcp://[')
}

/** Host and port of an endpoint over TCP. */
export function addressOf(endpoint: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(endpoint)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }
}
