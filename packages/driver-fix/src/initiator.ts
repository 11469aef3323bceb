import type { Socket } from 'node:net'
import type { TestrigError } from '@testrig/core'
import { within } from '@testrig/sockets'
import type { Dialect } from './dialect.ts'
import { logonTimeout, notLoggedOn, stoppedMeanwhile } from './errors.ts'
import type { FixFields } from './fix-fields.ts'
import type { Identity } from './identity.ts'
import { Inbox } from './inbox.ts'
import { Link } from './link.ts'
import type { LogonTerms } from './logon.ts'
import { Session } from './session.ts'
import type { SessionNumbers } from './session-numbers.ts'

export interface InitiatorOptions {
  readonly label: string
  readonly identity: Identity
  readonly numbers: SessionNumbers
  readonly dialect: Dialect
  readonly terms: LogonTerms
  readonly customLogonTags: FixFields
  readonly logonTimeout: number
  readonly maxMessageSize: number
  readonly resetOnLogout: boolean
  readonly resetOnDisconnect: boolean
  /** Makes a connection. */
  dial(signal: AbortSignal): Promise<Socket>
  /** Takes note of what went wrong. */
  note(error: TestrigError): void
  /** What went wrong last. */
  problem(): Error | undefined
}

/** The side of a session that connects and logs on, again and again if it must. */
export class Initiator {
  readonly inbox: Inbox = new Inbox()
  readonly #options: InitiatorOptions
  readonly #stop = new AbortController()
  #link: Link | undefined
  #session: Session | undefined
  #connecting: Promise<void> | undefined
  #loggingOn: Promise<void> | undefined

  constructor(options: InitiatorOptions) {
    this.#options = options
  }

  /** The connection, also when it is over. */
  get link(): Link | undefined {
    return this.#link
  }

  get loggedOn(): boolean {
    return this.#session?.active ?? false
  }

  /** Connects, unless it is connected. @throws FIX_CONNECT_FAILED, FIX_TIMEOUT, and the reason of the signal */
  async connect(signal: AbortSignal = this.#stop.signal): Promise<void> {
    if (this.#link?.open === true) return
    this.#connecting ??= this.#connect(AbortSignal.any([signal, this.#stop.signal])).finally(() => {
      this.#connecting = undefined
    })
    await this.#connecting
  }

  /** Connects if need be, and logs on, unless it is logged on. @throws FIX_LOGON_REFUSED, FIX_TIMEOUT, and as connect() */
  async logon(signal: AbortSignal = this.#stop.signal): Promise<void> {
    await this.connect(signal)
    if (this.loggedOn) return
    this.#loggingOn ??= this.#logon(signal).finally(() => {
      this.#loggingOn = undefined
    })
    await this.#loggingOn
  }

  /** The session. @throws FIX_NOT_LOGGED_ON */
  session(wanted: string): Session {
    if (this.#session?.active === true) return this.#session
    throw notLoggedOn(this.#options.label, wanted, this.#session?.end)
  }

  /** Closes the connection, after a Logout when a timeout is given and the session is logged on. */
  async close(logoffTimeout?: number): Promise<void> {
    await this.#connecting?.catch(() => {})
    if (logoffTimeout !== undefined && this.loggedOn)
      await this.#session?.logoff(logoffTimeout).catch(() => {})
    await this.#link?.close('it was closed by this side')
  }

  /** Ends all that goes on. */
  async stop(logoffTimeout: number | undefined): Promise<void> {
    const stopped = () => stoppedMeanwhile(this.#options.label, 'a call')
    this.#stop.abort(stopped())
    await this.close(logoffTimeout)
    this.inbox.close(stopped)
  }

  async #logon(signal: AbortSignal): Promise<void> {
    const { label, terms, customLogonTags, logonTimeout: timeout, problem } = this.#options
    const [link, session] = [this.#link as Link, this.#session as Session]
    const giveUp = () => link.destroy('the logon was given up')
    const before = problem()
    const late = () => logonTimeout(label, timeout, problem() === before ? undefined : problem())
    signal.addEventListener('abort', giveUp)
    try {
      await within(session.logon(terms, customLogonTags), timeout, late)
    } catch (error) {
      giveUp()
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { dial, maxMessageSize, ...options } = this.#options
    const link = new Link(await dial(signal), maxMessageSize)
    this.#link = link
    this.#session = new Session({ ...options, link, inbox: this.inbox })
  }
}
