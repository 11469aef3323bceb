import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'

const { DRIVER_MY_SERVER_ATTR_HOST: host, DRIVER_MY_SERVER_ATTR_PORT: port } = process.env

describe('the server', () => {
  it('accepts a connection', async () => {
    const client = connect(Number(port), host)
    await once(client, 'connect')
    client.destroy()
  })
})
