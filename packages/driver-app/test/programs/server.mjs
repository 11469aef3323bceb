// A server of TCP or HTTP. Usage: server.mjs [--port N] [--host H] [--http] [--silent] [--log FILE] [--port-file FILE] [--delay MS]
import { appendFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    http: { type: 'boolean', default: false },
    silent: { type: 'boolean', default: false },
    log: { type: 'string' },
    'port-file': { type: 'string' },
    delay: { type: 'string', default: '0' },
  },
})
const say = (line) => {
  if (values.log !== undefined) appendFileSync(values.log, `${line}\n`)
  else if (!values.silent) console.log(line)
}
const begun = Date.now()
const server = values.http
  ? createHttpServer(({ url }, response) => {
      const ready = Date.now() - begun > Number(values.delay)
      response.writeHead(url === '/missing' ? 404 : ready ? 200 : 503)
      response.end(ready ? `ready at ${url}` : 'warming up')
    })
  : createServer((socket) => socket.end('hello\n'))
setTimeout(
  () => {
    server.listen(Number(values.port), values.host, () => {
      const { port } = server.address()
      const file = values['port-file']
      if (file?.endsWith('.json'))
        writeFileSync(file, JSON.stringify({ servers: [{ port, host: values.host }] }))
      else if (file !== undefined) writeFileSync(file, `port=${port}\n`)
      say(`Listening on ${values.host}:${port}`)
    })
  },
  values.http ? 0 : Number(values.delay),
)
