import * as zmq from 'zeromq'

/** Patterns of a server, which others connect to. */
export type ServerPattern = 'PAIR' | 'REP' | 'PUB' | 'SUB' | 'PUSH' | 'PULL' | 'ROUTER' | 'DEALER'

/** Patterns of a client. */
export type ClientPattern = 'PAIR' | 'REQ' | 'PUB' | 'SUB' | 'PUSH' | 'PULL' | 'ROUTER' | 'DEALER'

/** What a socket is for. */
export type MessagePattern = ServerPattern | ClientPattern

/** A socket of any pattern; its pattern tells which of the methods it has. */
export type Socket = zmq.Socket &
  Partial<zmq.Readable & zmq.Writable> &
  Partial<Pick<zmq.Subscriber, 'subscribe' | 'unsubscribe'>> &
  Partial<Pick<zmq.Dealer, 'routingId'>>

interface Abilities {
  readonly sends: boolean
  readonly receives: boolean
  create(): Socket
}

// What is not sent when a socket is closed is dropped; else it would keep the process from ending.
const linger = 0

/** A PUB socket is an XPUB: to its peers it is the same, but it is told who subscribes. */
const PATTERNS: Readonly<Record<MessagePattern, Abilities>> = {
  PAIR: { sends: true, receives: true, create: () => new zmq.Pair({ linger }) },
  REQ: { sends: true, receives: true, create: () => new zmq.Request({ linger }) },
  REP: { sends: true, receives: true, create: () => new zmq.Reply({ linger }) },
  PUB: {
    sends: true,
    receives: false,
    create: () => new zmq.XPublisher({ linger, verbosity: 'allSubsUnsubs' }),
  },
  SUB: { sends: false, receives: true, create: () => new zmq.Subscriber({ linger }) },
  PUSH: { sends: true, receives: false, create: () => new zmq.Push({ linger }) },
  PULL: { sends: false, receives: true, create: () => new zmq.Pull({ linger }) },
  ROUTER: {
    sends: true,
    receives: true,
    create: () => new zmq.Router({ linger, mandatory: true, handover: true }),
  },
  DEALER: { sends: true, receives: true, create: () => new zmq.Dealer({ linger }) },
}

export function abilitiesOf(pattern: MessagePattern): Abilities {
  return PATTERNS[pattern]
}
