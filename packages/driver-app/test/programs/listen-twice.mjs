// Listens on two ports, or, with --dual, on one port of IPv4 and IPv6.
import { once } from 'node:events'
import { createServer } from 'node:net'

const first = createServer().listen(0, '127.0.0.1')
await once(first, 'listening')
const dual = process.argv.includes('--dual')
const second = createServer().listen(dual ? first.address().port : 0, dual ? '::1' : '127.0.0.1')
await once(second, 'listening')
console.log('both')
