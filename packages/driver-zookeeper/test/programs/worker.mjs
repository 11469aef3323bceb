// An application under test: it registers itself below the node that its connection string ends in.
import zookeeper from 'node-zookeeper-client'

const client = zookeeper.createClient(process.env.ZOOKEEPER)
client.once('connected', () => {
  client.create('/worker-', null, null, zookeeper.CreateMode.EPHEMERAL_SEQUENTIAL, (error, path) => {
    console.log(error ? `Failed: ${error}` : `Registered as ${path}`)
  })
})
client.connect()
