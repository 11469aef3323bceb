// Starts a server, tells its process, and waits to be killed.
import { ZookeeperStandalone } from '../../src/index.ts'

const driver = await new ZookeeperStandalone({ name: 'owned' }).start()
console.log(driver.pid)
setInterval(() => {}, 60_000)
