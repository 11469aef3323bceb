// A small HTTP server: says where it listens, logs what it is asked, quits when told.
//
//   node server.js [--port 8080] [--port-file ports.json] [--quiet]
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'port-file': { type: 'string' },
    quiet: { type: 'boolean' },
  },
})

const server = createServer((request, response) => {
  console.log(`${request.method} ${request.url}`)
  response.end('ok', () => {
    if (request.url === '/quit') process.exit(3)
  })
})
server.on('error', (error) => {
  console.error(`Cannot listen: ${error.message}`)
  process.exit(1)
})
server.listen(Number(values.port), '127.0.0.1', () => {
  const { port } = server.address()
  if (values['port-file'] !== undefined) writeFileSync(values['port-file'], JSON.stringify({ ports: [port] }))
  if (!values.quiet) console.log(`Listening on 127.0.0.1:${port}, http://127.0.0.1:${port}`)
})
