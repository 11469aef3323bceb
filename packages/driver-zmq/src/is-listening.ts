import { once } from 'node:events'
import { connect } from 'node:net'
import { addressOf, isTcp } from './address.ts'

/** Whether somebody accepts connections at an endpoint of TCP or at a socket file. */
export async function isListening(endpoint: string): Promise<boolean> {
  const socket = connect(isTcp(endpoint) ? addressOf(endpoint) : { path: endpoint.replace('ipc://', '') })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
