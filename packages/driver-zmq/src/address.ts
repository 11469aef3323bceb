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
  return isTcp(endpoint) && isIPv6(addressOf(endpoint).host)
}

/**
 * Host and port of an endpoint over TCP: of `tcp://source;destination`, those of the destination. It is no URL, as an
 * address of IPv6 may have a zone, or no brackets.
 */
export function addressOf(endpoint: string): { readonly host: string; readonly port: number } {
  const address = endpoint.slice(endpoint.lastIndexOf(';') + 1).replace('tcp://', '')
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) }
}
