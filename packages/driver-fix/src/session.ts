import type { TestrigError } from '@testrig/core'
import { within } from '@testrig/sockets'
import { Conversation } from './conversation.ts'
import type { Dialect, Incoming } from './dialect.ts'
import {
  connectionClosed,
  garbled,
  logoffTimeout,
  logonRefused,
  messageRejected,
  peerThrownOut,
  sendTimeout,
  testRequestTimeout,
} from './errors.ts'
import { type FixFields, flatFields } from './fix-fields.ts'
import type { Field, FixMessage } from './fix-message.ts'
import type { Flaw } from './flaw.ts'
import { addressFlaw, type Identity } from './identity.ts'
import type { Inbox } from './inbox.ts'
import type { Link, LinkReader } from './link.ts'
import { Liveness } from './liveness.ts'
import { isResetLogon, type LogonTerms, logonFields, logonProblem, refusal } from './logon.ts'
import { Outbox } from './outbox.ts'
import { sequenceNumber, tooLow } from './sequence-messages.ts'
import type { SessionNumbers } from './session-numbers.ts'
import { MsgType, Tag } from './tags.ts'

export interface SessionOptions {
  /** What errors begin with. */
  readonly label: string
  readonly identity: Identity
  readonly numbers: SessionNumbers
  readonly link: Link
  readonly inbox: Inbox
  readonly dialect: Dialect
  /** Whether the numbers begin with 1 again after a Logout. */
  readonly resetOnLogout: boolean
  /** Whether they do after any end of the connection. */
  readonly resetOnDisconnect: boolean
  /** Takes note of what went wrong. */
  note(error: TestrigError): void
}

const LOGGED_OFF = 'it was logged off'

/** A FIX session on one connection, from Logon to Logout. Source: FIX.4.4 volume 2, session protocol; FIXT.1.1. */
export class Session implements LinkReader {
  readonly identity: Identity
  readonly #options: SessionOptions
  readonly #outbox: Outbox
  readonly #liveness: Liveness
  readonly #conversation: Conversation
  readonly #over = Promise.withResolvers<void>()
  #state: 'connected' | 'loggingOn' | 'active' | 'loggingOff' | 'over' = 'connected'
  #answer: PromiseWithResolvers<void> | undefined
  #askedReset = false
  #end: string | undefined

  constructor(options: SessionOptions) {
    const { link, inbox } = options
    this.identity = options.identity
    this.#options = options
    this.#liveness = this.#makeLiveness()
    this.#outbox = this.#makeOutbox()
    this.#conversation = this.#makeConversation()
    inbox.open(() => link.flow())
    link.attach(this)
  }

  /** Whether messages of the applications can be exchanged. */
  get active(): boolean {
    return this.#state === 'active'
  }

  /** Why the session is over, when it is. */
  get end(): string | undefined {
    return this.#end
  }

  get full(): boolean {
    return this.#options.inbox.full
  }

  /** Asks the peer for a session. @throws FIX_LOGON_REFUSED with the reason */
  async logon(terms: LogonTerms, custom?: FixFields): Promise<void> {
    const { numbers, dialect } = this.#options
    const fields = dialect.fields(logonFields(terms, custom), this.identity.version)
    if (terms.reset) numbers.reset()
    this.#askedReset = terms.reset
    this.#state = 'loggingOn'
    this.#answer = Promise.withResolvers<void>()
    this.#tell(MsgType.Logon, fields)
    await this.#answer.promise
  }

  /** Answers the Logon of a peer, which is acceptable. */
  accept(logon: FixMessage, { reset }: { readonly reset: boolean }): void {
    const { numbers } = this.#options
    if (reset || isResetLogon(logon)) numbers.reset()
    this.#state = 'active'
    const number = sequenceNumber(logon)
    if (number < numbers.incoming) this.#throwOut(tooLow(number, numbers))
    else this.#welcome(logon)
  }

  /** Sends a message, which must fit the dictionary when it is checked. @throws FIX_MESSAGE_INVALID, FIX_CONNECTION_CLOSED, FIX_TIMEOUT when the peer does not read */
  async send(
    given: FixFields,
    { checked, timeout }: { readonly checked: boolean; readonly timeout: number },
  ): Promise<FixMessage> {
    const { dialect } = this.#options
    const { type, fields } = dialect.compose(given, this.identity.version)
    const check = checked ? (all: readonly Field[]) => dialect.check(all) : undefined
    const sent = this.#outbox.send(type, fields, check)
    if (type === MsgType.Logout) this.#state = 'loggingOff'
    await this.#caughtUp(timeout)
    return dialect.message(sent)
  }

  /** Sends bytes as they are. @throws FIX_CONNECTION_CLOSED, FIX_TIMEOUT */
  async sendRaw(bytes: Uint8Array, timeout: number): Promise<void> {
    this.#options.link.write(bytes)
    await this.#caughtUp(timeout)
  }

  /** Waits until the peer has processed all that was sent before. @throws FIX_TIMEOUT, FIX_CONNECTION_CLOSED */
  async test(timeout: number): Promise<void> {
    await this.#liveness.test(timeout, () => testRequestTimeout(this.#options.label, timeout))
  }

  /** Ends the session and the connection, whether or not the peer agrees in time. @throws FIX_TIMEOUT when it does not */
  async logoff(timeout: number, text?: string): Promise<void> {
    const { label, link } = this.#options
    if (this.#state === 'active') {
      this.#state = 'loggingOff'
      this.#tell(MsgType.Logout, text === undefined ? [] : [[Tag.Text, text]])
    }
    try {
      await within(this.#over.promise, timeout, () => logoffTimeout(label, timeout))
    } finally {
      await link.close(LOGGED_OFF)
    }
  }

  /** Ends the connection without a Logout. */
  disconnect(): void {
    this.#options.link.destroy('it was disconnected')
  }

  frame(frame: Buffer): void {
    this.#liveness.heard()
    const incoming = this.#options.dialect.read(frame)
    if (this.#state === 'loggingOn') this.#judge(incoming)
    else if (this.#state === 'connected') this.#throwOut('the first message is not a Logon')
    else this.#conversation.take(incoming)
  }

  garbled(reason: string): void {
    this.#options.note(garbled(this.#options.label, reason))
  }

  closed(reason: string): void {
    const { label, inbox, numbers, resetOnDisconnect } = this.#options
    this.#state = 'over'
    this.#end = reason
    this.#conversation.end()
    if (resetOnDisconnect) numbers.reset()
    this.#answer?.reject(logonRefused(label, reason))
    const why = () => connectionClosed(label, reason)
    this.#liveness.stop(why)
    inbox.close(why)
    this.#over.resolve()
  }

  /** Decides on the answer to our own Logon. */
  #judge({ message, flaw }: Incoming): void {
    const { numbers, link } = this.#options
    const number = sequenceNumber(message)
    const problem = refusal(message) ?? logonProblem(message, flaw ?? addressFlaw(message, this.identity))
    if (isResetLogon(message) && !this.#askedReset) numbers.reset()
    if (problem !== undefined) {
      if (number === numbers.incoming) numbers.incoming += 1
      void link.close(problem)
    } else if (number < numbers.incoming) this.#throwOut(tooLow(number, numbers))
    else this.#begin(message)
  }

  #welcome(logon: FixMessage): void {
    const { defaultApplVerID } = this.identity
    const heartbeat = logon.number(Tag.HeartBtInt) ?? 0
    this.#tell(
      MsgType.Logon,
      flatFields(logonFields({ heartbeat, reset: isResetLogon(logon), defaultApplVerID })),
    )
    this.#begin(logon)
  }

  #begin(logon: FixMessage): void {
    this.#state = 'active'
    this.#liveness.start(logon.number(Tag.HeartBtInt) ?? 0)
    this.#answer?.resolve()
    this.#conversation.begin(logon)
  }

  /** Begins with number 1 again amid a session. */
  #startOver(logon: FixMessage, flaw: Flaw | undefined): void {
    const problem = logonProblem(logon, flaw)
    if (problem === undefined) {
      this.#options.numbers.reset()
      this.#welcome(logon)
    } else this.#throwOut(problem)
  }

  #loggedOut(message: FixMessage): void {
    const { numbers, link, resetOnLogout } = this.#options
    const wanted = this.#state === 'loggingOff'
    if (!wanted) this.#tell(MsgType.Logout)
    if (resetOnLogout) numbers.reset()
    const text = message.get(Tag.Text)
    void link.close(wanted ? LOGGED_OFF : `the peer logged off${text === undefined ? '' : `: "${text}"`}`)
  }

  /** Ends the session for something that the peer must not do. */
  #throwOut(reason: string): void {
    const { label, link, note } = this.#options
    note(peerThrownOut(label, reason))
    this.#tell(MsgType.Logout, [[Tag.Text, reason]])
    void link.close(`this side ended it: ${reason}`)
  }

  /** Sends a message of the session itself; if it cannot be sent, the end of the connection tells. */
  #tell(type: string, fields: readonly Field[] = []): void {
    if (this.#state !== 'over') this.#outbox.send(type, fields)
  }

  /** Waits until the peer has caught up with what it is sent. */
  async #caughtUp(timeout: number): Promise<void> {
    const { label, link } = this.#options
    if (link.drained !== undefined) await within(link.drained, timeout, () => sendTimeout(label, timeout))
    if (this.#end !== undefined) throw connectionClosed(label, this.#end)
  }

  #makeLiveness(): Liveness {
    const { link } = this.#options
    return new Liveness({
      sendHeartbeat: () => this.#tell(MsgType.Heartbeat),
      sendTestRequest: (id) => this.#tell(MsgType.TestRequest, [[Tag.TestReqID, id]]),
      lost: () =>
        link.destroy('the peer sent nothing in the time of HeartBtInt (108), nor answered a TestRequest'),
      held: () => link.held,
    })
  }

  #makeOutbox(): Outbox {
    const { identity, numbers, dialect, link } = this.#options
    const write = (frame: Buffer) => {
      this.#liveness.sent()
      link.write(frame)
    }
    return new Outbox({ identity, numbers, dataFields: dialect.dataFields, write })
  }

  #makeConversation(): Conversation {
    const { label, note, ...options } = this.#options
    return new Conversation({
      ...options,
      outbox: this.#outbox,
      liveness: this.#liveness,
      tell: (type, fields) => this.#tell(type, fields),
      rejected: (message, flaw) => note(messageRejected(label, flaw, message)),
      startOver: (logon, flaw) => this.#startOver(logon, flaw),
      loggedOut: (message) => this.#loggedOut(message),
      offended: (reason) => this.#throwOut(reason),
    })
  }
}
