// A program of the system under test: it must reach its upstreams, then it listens.
//
//   node server.ts [<host>:<port> …]
//
// When an upstream is not up, it fails: a start in the wrong order cannot pass unnoticed.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

for (const upstream of process.argv.slice(2)) {
  const [host, port] = upstream.split(':')
  const socket = connect(Number(port), host)
  await once(socket, 'connect')
  socket.end()
}

const server = createServer((socket) => socket.on('error', () => {}).end())
await once(server.listen(0, '127.0.0.1'), 'listening')
const { address, port } = server.address() as AddressInfo
console.log(`Listening on ${address}:${port}`)
