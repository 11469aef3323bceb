// The application under test: one of several workers, of which one leads. It follows until all that came before it have
// gone.
//
//   ZOOKEEPER=… node worker.ts <name>
import zookeeper from 'node-zookeeper-client'
import { Election } from './election.ts'

const [name = ''] = process.argv.slice(2)
const client = zookeeper.createClient(process.env.ZOOKEEPER ?? '', { sessionTimeout: 1_000, spinDelay: 50 })

client.once('connected', async () => {
  const election = new Election(client, name)
  await election.join()
  for (;;) {
    const before = await election.predecessor()
    if (before === undefined) break
    console.log(`${name} follows ${before.name}`)
    await before.gone
  }
  console.log(`${name} leads`)
})
// Who is alone with its session gone must not go on to lead.
client.once('expired', () => process.exit(1))
process.once('SIGTERM', () => {
  client.once('disconnected', () => process.exit())
  client.close()
})
client.connect()
