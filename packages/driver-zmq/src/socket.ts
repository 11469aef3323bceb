import { abilitiesOf, type MessagePattern, type Socket } from './patterns.ts'

export interface SocketOptions {
  readonly messagePattern: MessagePattern
  readonly highWaterMark: number
  readonly routingId?: string | undefined
  /** Whether addresses of IPv6 are used. */
  readonly ipv6: boolean
}

/** Makes a socket, and has it bound or connected; it is closed when that fails. */
export function openSocket(options: SocketOptions, attach: (socket: Socket) => void): Socket {
  const { messagePattern, highWaterMark, routingId } = options
  const { sends, receives, create } = abilitiesOf(messagePattern)
  const socket = create()
  try {
    socket.ipv6 = options.ipv6
    if (sends) socket.sendHighWaterMark = highWaterMark
    if (receives) socket.receiveHighWaterMark = highWaterMark
    if (routingId !== undefined) socket.routingId = routingId
    attach(socket)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}
