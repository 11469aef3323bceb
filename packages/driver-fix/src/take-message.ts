import type { ReceiveOptions } from './call-options.ts'
import type { ErrorLog } from './error-log.ts'
import { receiveTimeout } from './errors.ts'
import type { FixMessage } from './fix-message.ts'
import type { Inbox } from './inbox.ts'
import { checkMatcher, type FixMatcher, matcherText, matches, meansAdmin } from './matcher.ts'
import { isAdmin } from './tags.ts'

/** What a message is taken from. */
export interface Source {
  /** What errors begin with. */
  readonly label: string
  readonly inbox: Inbox
  readonly problems: ErrorLog
}

type Options = Omit<ReceiveOptions, 'timeout'> & { readonly timeout: number }

/** Takes the next message. @throws FIX_TIMEOUT, FIX_CONNECTION_CLOSED */
export function takeNext(source: Source, options: Options): Promise<FixMessage> {
  return take(source, options, { wanted: 'a message', wants: () => true })
}

/** Takes the first message that matches and leaves the others; one for an admin type means `admin`. @throws as takeNext(), OPTION_INVALID */
export function takeMatching(source: Source, matcher: FixMatcher, options: Options): Promise<FixMessage> {
  checkMatcher(source.label, matcher)
  const { admin = meansAdmin(matcher) } = options
  const wants = (message: FixMessage) => matches(matcher, message)
  return take(source, { ...options, admin }, { wanted: matcherText(matcher), wants })
}

function take(
  { label, inbox, problems }: Source,
  { timeout, admin = false }: Options,
  { wanted, wants }: { readonly wanted: string; wants(message: FixMessage): boolean },
): Promise<FixMessage> {
  const isHidden = ({ type }: FixMessage) => !admin && isAdmin(type)
  const late = () => {
    const messages = inbox.messages.filter((message) => !isHidden(message))
    const hidden = inbox.messages.length - messages.length
    return receiveTimeout(label, wanted, timeout, { messages, admin: hidden, problem: problems.last })
  }
  return inbox.take({ timeout, wants: (message) => !isHidden(message) && wants(message), late })
}
