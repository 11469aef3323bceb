// The application under test, a program that knows nothing of tests: it takes orders of a client and places them at an
// exchange.
//
//   node gateway.ts <settings file>
//
// The client logs on to the gateway over TCP; the gateway logs on to the exchange over TLS. An order (35=D) goes to the
// exchange with the gateway's account and an identifier of its own; what the exchange reports (35=8) goes back with the
// client's identifier. Orders that are too large, or while there is no exchange, are refused.
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { connect } from 'node:tls'
import { FixSession, type Message } from './fix-session.ts'

const settings = readSettings(process.argv[2] ?? 'gateway.cfg')
const RECONNECT_AFTER = 50

/** The client's identifiers of orders, by those of the gateway. */
const clientIds = new Map<string, string>()
let client: FixSession | undefined
let exchange: FixSession | undefined

connectToExchange()

const server = createServer((socket) => {
  new FixSession(socket, {
    sender: 'GATEWAY',
    target: 'CLIENT',
    initiates: false,
    began: (session) => {
      client = session
    },
    deliver: takeOrder,
    ended: () => {
      client = undefined
    },
  })
})
server.listen(0, '127.0.0.1', () => {
  const { address, port } = server.address() as AddressInfo
  console.log(`Clients connect to: ${address}:${port}`)
})

function connectToExchange(): void {
  const [host = '', port = ''] = settings.exchange?.split(':') ?? []
  const [ca, key, cert] = [settings.ca, settings.key, settings.cert].map((path = '') => readFileSync(path))
  const socket = connect({ host, port: Number(port), ca, key, cert })
  socket.once('secureConnect', () => logOnToExchange(socket))
  socket.once('error', (error) => console.log(`EXCHANGE: ${error.message}`))
  socket.once('close', () => setTimeout(connectToExchange, RECONNECT_AFTER))
}

function logOnToExchange(socket: ReturnType<typeof connect>): void {
  new FixSession(socket, {
    sender: 'GATEWAY',
    target: 'EXCHANGE',
    initiates: true,
    began: (session) => {
      exchange = session
    },
    deliver: report,
    ended: () => {
      exchange = undefined
    },
  })
}

function takeOrder(order: Message): void {
  if (order.get(35) !== 'D') return
  const id = order.get(11) ?? ''
  if (Number(order.get(38)) > Number(settings.largest)) refuse(id, `more than ${settings.largest} at once`)
  else if (exchange === undefined) refuse(id, 'the exchange cannot be reached')
  else place(order, id, exchange)
}

function refuse(id: string, reason: string): void {
  client?.send('8', [
    [11, id],
    [39, '8'],
    [58, reason],
  ])
}

function place(order: Message, id: string, session: FixSession): void {
  const own = `GW-${clientIds.size + 1}`
  clientIds.set(own, id)
  console.log(`Order ${id} is placed as ${own}`)
  session.send('D', [[1, settings.account ?? ''], [11, own], ...pick(order, [38, 40, 44, 54, 55])])
}

function report(execution: Message): void {
  const id = clientIds.get(execution.get(11) ?? '')
  if (execution.get(35) !== '8' || id === undefined) return
  client?.send('8', [[11, id], ...pick(execution, [14, 31, 32, 37, 39, 58])])
}

function pick(message: Message, tags: readonly number[]): (readonly [number, string])[] {
  return tags.flatMap((tag) => (message.has(tag) ? [[tag, message.get(tag) as string] as const] : []))
}

/** Reads lines such as `name = value`; those that start with # are comments. */
function readSettings(path: string): Record<string, string> {
  const lines = readFileSync(path, 'utf8').split('\n')
  return Object.fromEntries(
    lines
      .filter((line) => line.includes('=') && !line.startsWith('#'))
      .map((line) => line.split('=').map((part) => part.trim()) as [string, string]),
  )
}
