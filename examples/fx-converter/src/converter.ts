// The application under test, a program that knows nothing of tests: it converts amounts between currencies.
//
//   node converter.ts <settings file>
//
// A client sends lines such as `1000 GBP EUR` and gets `1170.00 EUR`, or `error: <reason>`. For each, the converter asks
// the rates service: it sends `GBP EUR` and expects a line with a number.
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'

const settings = readSettings(process.argv[2] ?? 'converter.cfg')
const currencies = settings.currencies?.split(' ') ?? []
const [ratesHost = '', ratesPort = ''] = settings.rates?.split(':') ?? []

const server = createServer(async (client) => {
  client.on('error', () => client.destroy())
  for await (const line of createInterface({ input: client })) {
    client.write(`${await answer(line).catch((error: Error) => `error: ${error.message}`)}\n`)
  }
})

server.listen(0, '127.0.0.1', () => {
  const { address, port } = server.address() as AddressInfo
  console.log(`Currencies: ${currencies.join(', ')}`)
  console.log(`Listener on: ${address}:${port}`)
})

async function answer(request: string): Promise<string> {
  const [amount = '', from = '', to = ''] = request.split(' ')
  for (const currency of [from, to])
    if (!currencies.includes(currency)) throw new Error(`unknown currency ${currency}`)
  const rate = await askForRate(`${from} ${to}`)
  console.log(`${request}: the rate is ${rate}`)
  return `${(Number(amount) * rate).toFixed(2)} ${to}`
}

async function askForRate(pair: string): Promise<number> {
  const rates = connect(Number(ratesPort), ratesHost)
  try {
    rates.write(`${pair}\n`)
    for await (const line of createInterface({ input: rates })) {
      const rate = Number(line)
      if (!(rate > 0)) throw new Error(`the rates service answered "${line}"`)
      return rate
    }
    throw new Error('the rates service hung up')
  } finally {
    rates.destroy()
  }
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
