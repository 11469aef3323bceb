// Starts a broker, tells its process, and waits to be killed.
import { broker } from '../broker.ts'

const driver = await broker().start()
console.log(driver.pid)
setInterval(() => {}, 60_000)
