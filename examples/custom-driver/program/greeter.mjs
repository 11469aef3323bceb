// The program that the driver is for: a server that greets whoever connects with their name.
// In a package of your own this is somebody else's: a database, a broker, your company's gateway.
//
//   node greeter.mjs <greeting> [<language>]
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

const [greeting, language = 'en'] = process.argv.slice(2)

const server = createServer(async (client) => {
  client.on('error', () => client.destroy())
  for await (const name of createInterface({ input: client })) client.write(`${greeting}, ${name}!\n`)
})
server.listen(0, '127.0.0.1', () => {
  console.log(`Greeter (${language}) listens on 127.0.0.1:${server.address().port}`)
})
