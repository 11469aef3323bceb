import { errorCode } from '@testrig/sockets'
import type { Readable, Socket } from 'zeromq'

/** What receives messages. */
export type Receiving = Socket & Readable

/** The frames of the next message, if one has arrived. */
export async function take(socket: Receiving): Promise<Buffer[] | undefined> {
  socket.receiveTimeout = 0
  return socket.receive().catch((error) => {
    if (errorCode(error) === 'EAGAIN') return undefined
    throw error
  })
}
