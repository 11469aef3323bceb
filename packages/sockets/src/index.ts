export { formatAddress } from './address.ts'
export { bind, type ListenTarget } from './bind.ts'
export { ByteQueue } from './byte-queue.ts'
export { callSchemas, checkCall } from './check-call.ts'
export { closeSocket } from './close-socket.ts'
export { type ConnectFailure, type ConnectOptions, connectSocket } from './connect-socket.ts'
export { deadline, timeLimit, within } from './deadline.ts'
export { errorCode } from './error-code.ts'
export {
  invalidCallOption,
  notStartedText,
  reasonOf,
  stoppedMeanwhileText,
  type WrongOption,
} from './errors.ts'
export { listenAgain, type PortChoice } from './listen-again.ts'
export { type LocalInterface, localInterfaceSchema } from './local-interface.ts'
export { microseconds } from './microseconds.ts'
export { trackSockets } from './track-sockets.ts'
