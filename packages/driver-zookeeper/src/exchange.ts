import { once } from 'node:events'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** Sends bytes to a server; gives all that it answers until it ends the connection. */
export async function exchange(
  { host, port }: { readonly host: string; readonly port: number },
  request: string | Uint8Array,
  signal: AbortSignal,
): Promise<Buffer> {
  const socket = connect({ host, port, signal })
  try {
    await once(socket, 'connect')
    socket.write(request)
    return await buffer(socket)
  } finally {
    socket.destroy()
  }
}
