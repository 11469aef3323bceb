import type { Socket } from 'node:net'
import { clearTimeout, setTimeout } from 'node:timers'

/** Longest time in milliseconds that closing waits for a peer that does not read or does not close too. */
const GRACE = 1_000

/** Closes a socket by `begin`, which lets what is queued be sent; a peer that holds that up loses the connection after a second. */
export async function closeSocket(socket: Socket, begin: () => void): Promise<void> {
  if (socket.closed) return
  const closed = Promise.withResolvers<void>()
  socket.once('close', () => closed.resolve())
  const timer = setTimeout(() => socket.destroy(), GRACE)
  begin()
  await closed.promise
  clearTimeout(timer)
}
