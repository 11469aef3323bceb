/** The URL of a server, without a slash at its end; IPv6 addresses are put in brackets. */
export function urlOf(protocol: string, host: string, port: number): string {
  return `${protocol}://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`
}

/** The address to connect to for one that stands for all of this machine. */
export function reachableHost(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
}
