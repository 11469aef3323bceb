// A member of a cluster. Usage: member.mjs PORT PEER-PORT… It logs "joined" when it has a connection to every peer.
import { connect, createServer } from 'node:net'

const [port, ...peers] = process.argv.slice(2).map(Number)
createServer((socket) => socket.on('error', () => {})).listen(port, '127.0.0.1')

function join(peer) {
  return new Promise((resolve) => {
    const attempt = () => {
      const socket = connect(peer, '127.0.0.1', () => resolve(peer))
      socket.on('error', () => setTimeout(attempt, 10))
    }
    attempt()
  })
}
const joined = await Promise.all(peers.map(join))
console.log(`joined ${joined.join(' ')}`)
