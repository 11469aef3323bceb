// One side of a connection. Usage: peer.mjs listen|connect tcp|unix|udp PORT|PATH, or peer.mjs open FLAGS FILE. Says when it is done.
import { createSocket } from 'node:dgram'
import { openSync } from 'node:fs'
import { connect, createServer } from 'node:net'

const [what, how, where = '0'] = process.argv.slice(2)
const place = how === 'unix' ? { path: where } : { port: Number(where), host: '127.0.0.1' }

if (what === 'open') {
  openSync(where, how)
  say(where)
} else if (how === 'udp') {
  const socket = createSocket('udp4')
  if (what === 'listen') socket.bind(place.port, place.host, () => say(socket.address().port))
  else socket.connect(place.port, place.host, () => say(place.port))
} else if (what === 'listen') {
  const server = createServer((socket) => socket.on('error', () => {}).write('accepted'))
  server.listen(place, () => say(server.address().port ?? where))
} else {
  const socket = connect(place)
  const joined = how === 'unix' ? 'data' : 'connect' // Who has not accepted on a path holds no socket yet.
  socket.once(joined, () => say(where)).on('error', ({ message }) => say(message))
}

function say(done) {
  console.log(`done: ${done}`)
  setInterval(() => {}, 60_000)
}
