import { networkInterfaces } from 'node:os'

const ANY = new Set(['0.0.0.0', '::', '*', ''])

/** Where a server of this machine is asked for when no host is named. */
export const LOOPBACK: readonly string[] = ['127.0.0.1', '::1']

/** Whether what listens there answers who connects to `LOOPBACK`; false for a name that may stand for any address. */
export function coversLoopback(host: string): boolean {
  const address = plain(host)
  return ANY.has(address) || address === 'localhost' || LOOPBACK.includes(address)
}

/** Whether who connects to one address gets to who listens on another; true where that cannot be told. */
export function isReachable(listening: string | undefined, connecting: string | undefined): boolean {
  if (listening === undefined || connecting === undefined) return true
  const [to, on] = [plain(connecting), plain(listening)]
  if (to === on || ANY.has(to)) return true
  if (to === 'localhost') return coversLoopback(on) || isIP(on) === 0
  if (isIP(to) === 0 || (isIP(on) === 0 && !ANY.has(on))) return true
  return ANY.has(on) && (to === '::1' || to.startsWith('127.') || isOwn(to))
}

/** Importing node:net takes half a millisecond of every worker. */
function isIP(host: string): number {
  return process.getBuiltinModule('node:net').isIP(host)
}

function plain(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$|%.*$/g, '')
    .replace(/^::ffff:(?=\d+\.)/, '')
}

function isOwn(host: string): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => plain(address) === host))
}
