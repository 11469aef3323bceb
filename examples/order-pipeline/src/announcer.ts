import { XPublisher } from 'zeromq'
import type { Total } from './order.ts'

export interface Announcement {
  readonly item: string
  readonly total: Total
}

const TOPIC = 'total.'
/** First byte of what an XPUB is told when somebody subscribes. */
const SUBSCRIBES = 1

/** Publishes totals; who subscribes gets those that there are, so that nobody has to be there first. */
export class Announcer {
  readonly #known: () => readonly Announcement[]
  readonly #socket = new XPublisher({ verbosity: 'allSubs', linger: 0 })

  constructor(known: () => readonly Announcement[]) {
    this.#known = known
  }

  get endpoint(): string {
    return this.#socket.lastEndpoint ?? ''
  }

  async listen(endpoint: string): Promise<void> {
    await this.#socket.bind(endpoint)
    void this.#welcome()
  }

  async announce(item: string, total: Total): Promise<void> {
    await this.#socket.send([topicOf(item), JSON.stringify(total)])
  }

  async #welcome(): Promise<void> {
    for await (const [told] of this.#socket) {
      if (told?.[0] !== SUBSCRIBES) continue
      const prefix = told.toString('utf8', 1)
      for (const { item, total } of this.#known())
        if (topicOf(item).startsWith(prefix)) await this.announce(item, total)
    }
  }
}

/** The item of an announcement's first frame. */
export function itemOf(topic: string): string {
  return topic.slice(TOPIC.length)
}

function topicOf(item: string): string {
  return `${TOPIC}${item}`
}
