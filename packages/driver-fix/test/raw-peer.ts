import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

// The other side of a session, written by hand byte by byte: it knows nothing of sessions, nor of this package.

/** The bytes of a message such as `35=0|34=2`, which begins with its type; both names and a time are added. */
export function frame(text: string, { from = 'CLIENT', to = 'SERVER', version = 'FIX.4.4' } = {}): Buffer {
  const [type, ...others] = text.split('|')
  const address = [
    ['49', from],
    ['56', to],
    ['52', '20260102-03:04:05.678'],
  ]
  const missing = address.filter(([tag]) => !others.some((each) => each.startsWith(`${tag}=`)))
  const fields = [type, ...missing.map((each) => each.join('=')), ...others].filter(
    (each) => !each?.endsWith('=none'),
  )
  const body = fields.map((each) => `${each}\u0001`).join('')
  const bytes = Buffer.from(`8=${version}\u00019=${Buffer.byteLength(body)}\u0001${body}`)
  const sum = bytes.reduce((total, byte) => (total + byte) % 256, 0)
  return Buffer.concat([bytes, Buffer.from(`10=${String(sum).padStart(3, '0')}\u0001`)])
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: SOH is what ends a field.
const MESSAGE = /^8=.*?\x0110=\d{3}\x01/s

export class RawPeer {
  readonly socket: Socket
  readonly #names: Parameters<typeof frame>[1]
  #text = ''
  #ended = false
  #wake = () => {}

  constructor(socket: Socket, names: Parameters<typeof frame>[1] = {}) {
    this.socket = socket
    this.#names = names
    onTestFinished(() => void socket.destroy())
    socket.setEncoding('latin1').on('error', () => {})
    socket.on('data', (chunk: string) => {
      this.#text += chunk
      this.#wake()
    })
    socket.on('close', () => {
      this.#ended = true
      this.#wake()
    })
  }

  /** A client of the server at a port. */
  static async connect(
    { port }: { readonly port: number },
    names?: Parameters<typeof frame>[1],
  ): Promise<RawPeer> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawPeer(socket, names)
  }

  /** Sends messages such as `35=0|34=2`. */
  send(...texts: readonly string[]): void {
    this.sendBytes(Buffer.concat(texts.map((text) => frame(text, this.#names))))
  }

  sendBytes(bytes: Uint8Array | string): void {
    this.socket.write(bytes)
  }

  /** The next message, from its type on, without what differs from run to run; `end` when there is none any more. */
  async next(): Promise<string> {
    for (;;) {
      const [message] = MESSAGE.exec(this.#text) ?? []
      if (message !== undefined) {
        this.#text = this.#text.slice(message.length)
        return message
          .replaceAll('\u0001', '|')
          .replace(/^8=[^|]*\|9=\d+\|/, '')
          .replace(/(49|56|52)=[^|]*\|/g, '')
          .replace(/122=[^|]*\|/, '122=TIME|')
          .replace(/\|10=\d{3}\|$/, '')
      }
      if (this.#ended) return 'end'
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Logs on as a client, and gives the answer. */
  async logon(fields = '34=1|98=0|108=0'): Promise<string> {
    this.send(`35=A|${fields}`)
    return this.next()
  }
}

/** A server that hands over its first connection. */
export async function rawServer(
  names?: Parameters<typeof frame>[1],
): Promise<{ port: number; peer: Promise<RawPeer>; server: Server }> {
  const accepted = Promise.withResolvers<RawPeer>()
  const server = createServer((socket) =>
    accepted.resolve(new RawPeer(socket, { from: 'SERVER', to: 'CLIENT', ...names })),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as { port: number }).port, peer: accepted.promise, server }
}
