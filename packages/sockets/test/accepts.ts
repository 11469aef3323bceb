import { once } from 'node:events'
import { connect } from 'node:net'

/** Whether somebody accepts connections on a port. */
export async function accepts(port: number, host = '127.0.0.1'): Promise<boolean> {
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
