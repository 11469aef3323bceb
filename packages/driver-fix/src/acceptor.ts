import type { Socket } from 'node:net'
import type { TestrigError } from '@testrig/core'
import { timeLimit, within } from '@testrig/sockets'
import { remoteAddress } from './address.ts'
import { type ConnectionName, connectionName, nameKey } from './connection-name.ts'
import { Dialect, type Incoming } from './dialect.ts'
import type { Dictionaries } from './dictionaries.ts'
import {
  connectionInactive,
  logonNotAccepted,
  noDefaultConnection,
  stoppedMeanwhile,
  unknownConnection,
} from './errors.ts'
import type { FixMessage } from './fix-message.ts'
import { addressFlaw, answering, type FixVersion, type Identity } from './identity.ts'
import { Inbox } from './inbox.ts'
import { Link } from './link.ts'
import { logonProblem } from './logon.ts'
import { Outbox } from './outbox.ts'
import { Session } from './session.ts'
import { SessionNumbers } from './session-numbers.ts'
import { MsgType, Tag } from './tags.ts'

export interface AcceptorOptions {
  readonly label: string
  readonly versions: readonly FixVersion[]
  /** What clients must call this side; anything when it is missing. */
  readonly sender: string | undefined
  /** What DefaultApplVerID (1137) is answered with; that of the client when it is missing. */
  readonly defaultApplVerID: string | undefined
  /** Longest time to wait for the first message, in milliseconds. */
  readonly logonTimeout: number
  readonly maxMessageSize: number
  readonly dictionaries: Dictionaries
  readonly validate: boolean
  readonly resetOnLogon: boolean
  readonly resetOnLogout: boolean
  readonly resetOnDisconnect: boolean
  /** The sequence numbers of all clients that have ever logged on, by the keys of their names. */
  readonly numbers: Map<string, SessionNumbers>
  /** Gives the reason to refuse a client, if there is one. */
  authenticate(logon: FixMessage): string | undefined
  /** Takes note of what went wrong with one connection. */
  note(error: TestrigError): void
}

/** A client that has logged on, and may have gone since. */
export interface Peer {
  readonly name: ConnectionName
  /** What errors begin with. */
  readonly label: string
  readonly inbox: Inbox
  readonly session: Session
}

interface Waiter extends PromiseWithResolvers<ConnectionName> {
  wanted(peer: Peer): boolean
}

/** The sessions of a server, by the names of their connections. */
export class Acceptor {
  readonly #options: AcceptorOptions
  /** For messages before the Logon, of which nobody knows what they should look like. */
  readonly #anyDialect: Dialect
  readonly #peers = new Map<string, Peer>()
  readonly #waiting = new Set<Waiter>()
  #closed = false

  constructor(options: AcceptorOptions) {
    this.#options = options
    this.#anyDialect = new Dialect(options)
  }

  /** The connections whose sessions are logged on. */
  get active(): readonly ConnectionName[] {
    return this.peers.filter(({ session }) => session.active).map(({ name }) => name)
  }

  /** All that have logged on since the start. */
  get peers(): readonly Peer[] {
    return [...this.#peers.values()]
  }

  /** Waits on a connection for a client to log on. */
  take(socket: Socket): void {
    const { logonTimeout, maxMessageSize, note, label } = this.#options
    if (this.#closed) {
      socket.destroy()
      return
    }
    const from = `a connection from ${remoteAddress(socket)}`
    const link = new Link(socket, maxMessageSize)
    const greeted = timeLimit(logonTimeout, () => link.destroy(`no Logon came within ${logonTimeout} ms`))
    link.attach({
      full: false,
      frame: (frame) => {
        greeted()
        this.#greet(link, this.#anyDialect.read(frame))
      },
      garbled: (reason) => link.destroy(`its first bytes are no message: ${reason}`),
      closed: (reason) => {
        greeted()
        note(logonNotAccepted(label, from, reason))
      },
    })
  }

  /** The client of that name, or the only one that is active. @throws FIX_NO_CONNECTION */
  peer(name?: ConnectionName): Peer {
    const { label } = this.#options
    const { peers } = this
    const found = name === undefined ? undefined : this.#peers.get(nameKey(name))
    if (found !== undefined) return found
    if (name !== undefined)
      throw unknownConnection(
        label,
        name,
        peers.map((each) => each.name),
      )
    const [only, ...others] = peers.filter(({ session }) => session.active)
    if (only === undefined || others.length > 0) throw noDefaultConnection(label, this.active)
    return only
  }

  /** The session of that name, or the only one, which is active. @throws FIX_NO_CONNECTION, FIX_NOT_LOGGED_ON */
  session(name?: ConnectionName): Session {
    const { session, label } = this.peer(name)
    if (!session.active) throw connectionInactive(label, session.end)
    return session
  }

  /** Waits until that client, or any, is logged on. @throws FIX_TIMEOUT */
  async waitFor(
    name: ConnectionName | undefined,
    timeout: number,
    late: () => Error,
  ): Promise<ConnectionName> {
    const wanted = ({ name: each, session }: Peer) =>
      session.active && (name === undefined || nameKey(name) === nameKey(each))
    const found = this.peers.find(wanted)
    if (found !== undefined) return found.name
    const waiter = { ...Promise.withResolvers<ConnectionName>(), wanted }
    this.#waiting.add(waiter)
    return within(waiter.promise, timeout, late).finally(() => this.#waiting.delete(waiter))
  }

  /** Logs all clients off; a client that does not answer in time is disconnected. */
  async logoff(timeout: number): Promise<void> {
    const active = this.peers.filter(({ session }) => session.active)
    await Promise.allSettled(active.map(({ session }) => session.logoff(timeout)))
  }

  /** Takes no more clients, and ends all that wait for one. */
  close(): void {
    this.#closed = true
    for (const { reject } of this.#waiting)
      reject(stoppedMeanwhile(this.#options.label, 'waitForConnection()'))
  }

  #greet(link: Link, incoming: Incoming): void {
    const { message } = incoming
    const isLogon = message.type === MsgType.Logon
    const identity = isLogon ? answering(message, this.#options.defaultApplVerID) : undefined
    const problem = this.#problem(incoming, identity)
    if (identity === undefined || problem !== undefined) this.#refuse(link, identity, problem ?? '')
    else this.#welcome(this.#meet(link, identity), message)
  }

  #welcome(peer: Peer, logon: FixMessage): void {
    peer.session.accept(logon, { reset: this.#options.resetOnLogon })
    for (const { wanted, resolve } of this.#waiting) if (wanted(peer)) resolve(peer.name)
  }

  /** Why the first message of a connection is not acceptable. */
  #problem({ message, flaw }: Incoming, identity: Identity | undefined): string | undefined {
    const { versions, sender, authenticate } = this.#options
    if (message.type !== MsgType.Logon) return `its first message is not a Logon, but ${message}`
    const version = message.get(Tag.BeginString)
    if (!versions.some((each) => each === version))
      return `BeginString (8) is ${version}, not ${versions.join(' or ')}`
    if (identity === undefined) return 'SenderCompID (49) or TargetCompID (56) is missing'
    if (sender !== undefined && identity.sender !== sender)
      return `TargetCompID (56) is ${identity.sender}, not ${sender}`
    const problem =
      logonProblem(message, flaw ?? addressFlaw(message, identity)) ?? reasonOf(authenticate, message)
    if (problem !== undefined) return problem
    const known = this.#peers.get(nameKey(connectionName(identity)))
    const isFree = known === undefined || known.session.end !== undefined
    return isFree ? undefined : `${identity.target} is logged on already`
  }

  /** Says why in a Logout, when there is somebody to say it to. */
  #refuse(link: Link, identity: Identity | undefined, problem: string): void {
    if (identity !== undefined) {
      const numbers = new SessionNumbers()
      numbers.outgoing = this.#options.numbers.get(nameKey(connectionName(identity)))?.outgoing ?? 1
      const { dataFields } = this.#options.dictionaries
      const outbox = new Outbox({ identity, numbers, dataFields, write: (frame) => link.write(frame) })
      outbox.send(MsgType.Logout, [[Tag.Text, problem]])
    }
    void link.close(problem)
  }

  /** Finds or makes what belongs to a client. */
  #meet(link: Link, identity: Identity): Peer {
    const { numbers, note, ...options } = this.#options
    const name = connectionName(identity)
    const key = nameKey(name)
    const label = `${options.label}: connection ${name.join(' ↔ ')}`
    const inbox = this.#peers.get(key)?.inbox ?? new Inbox()
    const known = numbers.get(key) ?? new SessionNumbers()
    numbers.set(key, known)
    const dialect = new Dialect({ ...options, defaultApplVerID: identity.defaultApplVerID })
    const session = new Session({ ...options, label, identity, numbers: known, link, inbox, dialect, note })
    const peer = { name, label, inbox, session }
    this.#peers.set(key, peer)
    return peer
  }
}

/** What `authenticate` says; when it throws, that is the reason to refuse. */
function reasonOf(authenticate: AcceptorOptions['authenticate'], logon: FixMessage): string | undefined {
  try {
    return authenticate(logon)
  } catch (error) {
    return `\`authenticate\` threw ${error}`
  }
}
