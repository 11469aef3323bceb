import type { Socket } from 'node:net'
import { formatAddress } from '@testrig/sockets'

/** Where a connection comes from. */
export function remoteAddress({
  remoteAddress: host = 'an unknown address',
  remotePort: port = 0,
}: Socket): string {
  return formatAddress(host, port)
}
