// The application under test, a program that knows nothing of tests: a shop that asks a prices service.
//
//   PRICES_URL=http://… node shop.ts
//
// `POST /orders` with { "item": "tea", "count": 3 } answers 201 with { "item": "tea", "count": 3, "total": 7.5 }.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

interface Answer {
  readonly status: number
  readonly body: unknown
}

const { PRICES_URL } = process.env
if (PRICES_URL === undefined) throw new Error('PRICES_URL is not set')

const server = createServer(async (request, response) => {
  const { status, body } = await answer(request).catch((error: Error) => failed(500, error.message))
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
})

server.listen(0, '127.0.0.1', () => {
  console.log(`The shop is open: http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})

async function answer(request: IncomingMessage): Promise<Answer> {
  if (request.method !== 'POST' || request.url !== '/orders') return failed(404, 'there are only orders here')
  const { item, count } = (await json(request)) as { item: string; count: number }
  const price = await fetch(`${PRICES_URL}/prices/${encodeURIComponent(item)}`)
  if (price.status === 404) return failed(422, `there is no ${item}`)
  if (!price.ok) return failed(502, `the prices service answered ${price.status}`)
  const { each } = (await price.json()) as { each: number }
  console.log(`Sold ${count} × ${item}`)
  return { status: 201, body: { item, count, total: each * count } }
}

function failed(status: number, error: string): Answer {
  return { status, body: { error } }
}
