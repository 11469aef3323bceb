export { accepts } from './accepts.ts'
export { failure, stablePorts } from './failure.ts'
export { freePort } from './free-port.ts'
export { running } from './running.ts'
