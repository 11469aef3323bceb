import type { Incoming } from './dialect.ts'
import type { Field, FixMessage } from './fix-message.ts'
import { type Flaw, flaws, rejectFields } from './flaw.ts'
import { addressFlaw, type Identity } from './identity.ts'
import type { Inbox } from './inbox.ts'
import type { Liveness } from './liveness.ts'
import { isResetLogon } from './logon.ts'
import type { Outbox } from './outbox.ts'
import {
  duplicateFlaw,
  followReset,
  isReset,
  requestedRange,
  sequenceNumber,
  tooLow,
} from './sequence-messages.ts'
import { Sequencer } from './sequencer.ts'
import type { SessionNumbers } from './session-numbers.ts'
import { MsgType, Tag } from './tags.ts'

export interface ConversationOptions {
  readonly identity: Identity
  readonly numbers: SessionNumbers
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly liveness: Liveness
  /** Sends a message of the session. */
  tell(type: string, fields: readonly Field[]): void
  /** Takes note of a message that was rejected. */
  rejected(message: FixMessage, flaw: Flaw): void
  /** The peer wants to begin with number 1 again. */
  startOver(logon: FixMessage, flaw: Flaw | undefined): void
  /** The peer has sent a Logout. */
  loggedOut(message: FixMessage): void
  /** The peer has done what ends the session. */
  offended(reason: string): void
}

/** Deals with what the peer sends while it is logged on, as the session protocol demands. */
export class Conversation {
  readonly #options: ConversationOptions
  readonly #sequencer: Sequencer
  #over = false

  constructor(options: ConversationOptions) {
    this.#options = options
    this.#sequencer = new Sequencer(options.numbers, {
      process: (incoming) => this.#process(incoming),
      request: (first, last) => this.#request(first, last),
    })
  }

  /** Begins behind the Logon of the peer. */
  begin(logon: FixMessage): void {
    this.#sequencer.clear()
    this.#options.inbox.put(logon)
    this.#sequencer.take(sequenceNumber(logon), undefined)
  }

  /** Ends it: nothing is dealt with any more. */
  end(): void {
    this.#over = true
    this.#sequencer.clear()
  }

  /** Takes a message that has just arrived. */
  take({ message, flaw }: Incoming): void {
    const { identity, offended } = this.#options
    if (message.get(Tag.BeginString) !== identity.version)
      offended(`BeginString (8) is not ${identity.version}`)
    else if (Number.isNaN(sequenceNumber(message))) offended('MsgSeqNum (34) is missing or no number')
    else this.#place(message, flaw ?? addressFlaw(message, identity))
  }

  /** Finds the place of a message among the others. */
  #place(message: FixMessage, flaw: Flaw | undefined): void {
    const { numbers, startOver } = this.#options
    const number = sequenceNumber(message)
    if (flaw === undefined && isReset(message)) this.#reset(message)
    else if (isResetLogon(message)) startOver(message, flaw)
    else if (number < numbers.incoming) this.#late(message, number)
    else {
      const done = number > numbers.incoming && flaw === undefined && this.#actAhead(message)
      this.#sequencer.take(number, done ? undefined : { message, flaw })
    }
  }

  /** Acts on a message whose turn has come. */
  #process({ message, flaw: found }: Incoming): void {
    if (this.#over) return
    if (found === undefined) this.#options.inbox.put(message)
    const flaw = found ?? this.#act(message)
    if (flaw !== undefined) this.#reject(message, flaw)
  }

  #act(message: FixMessage): Flaw | undefined {
    const { liveness, numbers, loggedOut } = this.#options
    if (message.type === MsgType.Heartbeat) liveness.answered(message.get(Tag.TestReqID) ?? '')
    if (message.type === MsgType.Logout) loggedOut(message)
    if (message.type === MsgType.TestRequest) return this.#answer(message)
    if (message.type === MsgType.ResendRequest) return this.#resend(message)
    return message.type === MsgType.SequenceReset ? followReset(message, numbers) : undefined
  }

  /** Acts on a message that those missing before it do not hold up: two sides could wait for each other. */
  #actAhead(message: FixMessage): boolean {
    const ahead = message.type === MsgType.ResendRequest || message.type === MsgType.Logout
    if (ahead) this.#process({ message, flaw: undefined })
    return ahead
  }

  #answer(request: FixMessage): Flaw | undefined {
    const id = request.bytes(Tag.TestReqID)
    if (id === undefined) return flaws.missing(Tag.TestReqID)
    this.#options.tell(MsgType.Heartbeat, [[Tag.TestReqID, id]])
    return undefined
  }

  #resend(request: FixMessage): Flaw | undefined {
    const range = requestedRange(request, this.#options.numbers)
    if ('reason' in range) return range
    this.#options.outbox.resend(range.first, range.last)
    return undefined
  }

  #reset(message: FixMessage): void {
    this.#options.inbox.put(message)
    const flaw = followReset(message, this.#options.numbers)
    if (flaw === undefined) this.#sequencer.advance()
    else this.#reject(message, flaw)
  }

  /** A message whose number has been processed may only be a duplicate. */
  #late(message: FixMessage, number: number): void {
    const { numbers, offended } = this.#options
    const isDuplicate = message.get(Tag.PossDupFlag) === 'Y'
    const flaw = isDuplicate ? duplicateFlaw(message) : undefined
    if (!isDuplicate) offended(tooLow(number, numbers))
    else if (flaw !== undefined) this.#reject(message, flaw)
  }

  #request(first: number, last: number): void {
    this.#options.tell(MsgType.ResendRequest, [
      [Tag.BeginSeqNo, String(first)],
      [Tag.EndSeqNo, String(last)],
    ])
  }

  #reject(message: FixMessage, flaw: Flaw): void {
    const { rejected, tell, offended } = this.#options
    rejected(message, flaw)
    if (message.type === MsgType.Reject) return // Two sides could go on for ever.
    tell(MsgType.Reject, rejectFields(message, flaw))
    if (flaw.reason === flaws.compId(0).reason) offended(flaw.text)
  }
}
