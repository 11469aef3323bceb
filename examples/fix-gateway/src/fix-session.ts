// One end of a FIX.4.4 session: as much of one as the example needs. A real gateway uses a FIX engine.
import type { Socket } from 'node:net'

/** A message: its fields by tag, in their order, the type (35) among them. */
export type Message = ReadonlyMap<number, string>

export interface SessionOptions {
  /** What this side is called, and what the other is. */
  readonly sender: string
  readonly target: string
  /** Whether this side sends the first Logon. */
  readonly initiates: boolean
  /** Called when the other side has logged on, with each message of its application, and when the session is over. */
  began(session: FixSession): void
  deliver(message: Message): void
  ended(): void
}

const SOH = '\u0001'
const HEARTBEAT_SECONDS = 30

export class FixSession {
  readonly #socket: Socket
  readonly #options: SessionOptions
  #received = ''
  #number = 1

  constructor(socket: Socket, options: SessionOptions) {
    this.#socket = socket
    this.#options = options
    const heartbeat = setInterval(() => this.send('0', []), HEARTBEAT_SECONDS * 1_000)
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#read(text))
    socket.on('error', (error) => console.log(`${options.target}: ${error.message}`))
    socket.on('close', () => {
      clearInterval(heartbeat)
      console.log(`Session with ${options.target} ended`)
      options.ended()
    })
    if (options.initiates) this.#logon()
  }

  send(type: string, fields: readonly (readonly [number, string])[]): void {
    const { sender, target } = this.#options
    const time = new Date().toISOString().replace(/(\d+)-(\d+)-(\d+)T(.*)Z/, '$1$2$3-$4')
    const all = [[35, type], [49, sender], [56, target], [34, this.#number++], [52, time], ...fields]
    const body = all.map(([tag, value]) => `${tag}=${value}${SOH}`).join('')
    const message = `8=FIX.4.4${SOH}9=${body.length}${SOH}${body}`
    const sum = [...message].reduce((total, character) => total + character.charCodeAt(0), 0) % 256
    this.#socket.write(`${message}10=${String(sum).padStart(3, '0')}${SOH}`, 'latin1')
  }

  #logon(): void {
    this.send('A', [
      [98, '0'],
      [108, String(HEARTBEAT_SECONDS)],
      [141, 'Y'],
    ])
  }

  #read(text: string): void {
    this.#received += text
    for (let end = endOfMessage(this.#received); end > 0; end = endOfMessage(this.#received)) {
      const message = parse(this.#received.slice(0, end))
      this.#received = this.#received.slice(end)
      this.#take(message)
    }
  }

  #take(message: Message): void {
    const { initiates, target, began, deliver } = this.#options
    const type = message.get(35) ?? ''
    if (type === 'A') {
      if (!initiates) this.#logon()
      console.log(`Session with ${target} began`)
      began(this)
    } else if (type === '1') this.send('0', [[112, message.get(112) ?? '']])
    else if (type === '2') this.#fillGap(Number(message.get(7)))
    else if (type === '5') {
      this.send('5', [])
      this.#socket.end()
    } else if (!'034'.includes(type)) deliver(message)
  }

  /** What was sent before is not sent again. */
  #fillGap(from: number): void {
    const next = this.#number
    this.#number = from
    this.send('4', [
      [43, 'Y'],
      [123, 'Y'],
      [36, String(next)],
    ])
    this.#number = next
  }
}

function endOfMessage(text: string): number {
  const trailer = text.indexOf(`${SOH}10=`)
  return trailer === -1 ? 0 : text.indexOf(SOH, trailer + 1) + 1
}

function parse(text: string): Message {
  const fields = text.split(SOH).slice(0, -1)
  return new Map(fields.map((field) => [Number.parseInt(field, 10), field.slice(field.indexOf('=') + 1)]))
}
