// The application under test: forwards what it is asked to the service that it is given, and adds a header.
//
//   node app.js --upstream http://127.0.0.1:1234
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { upstream: { type: 'string' } } })

const server = createServer(async (request, response) => {
  const answer = await fetch(values.upstream + request.url).catch((error) => {
    console.error(`The service does not answer: ${error.cause?.code ?? error.message}`)
  })
  response.writeHead(answer?.status ?? 502, { 'x-forwarded-by': 'app' })
  response.end(await answer?.text())
})

server.listen(0, '127.0.0.1', () => {
  const { address, port } = server.address()
  console.log(`Listening on ${address}:${port}`)
})
