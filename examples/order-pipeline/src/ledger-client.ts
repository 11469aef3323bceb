import { Request } from 'zeromq'
import type { Order } from './order.ts'

/** Milliseconds after which a ledger that has not answered is asked again. */
const PATIENCE = 1_000

/** Asks the ledger to record orders; one that has gone is asked again until it is back. */
export class LedgerClient {
  readonly #endpoint: string
  #socket: Request

  constructor(endpoint: string) {
    this.#endpoint = endpoint
    this.#socket = this.#connected()
  }

  /** Resolves when the ledger has recorded the order. */
  async record(order: Order): Promise<void> {
    while (!(await this.#isRecorded(order))) {
      // A REQ that got no reply can ask nothing more: another one has to.
      this.#socket.close()
      this.#socket = this.#connected()
    }
  }

  async #isRecorded(order: Order): Promise<boolean> {
    await this.#socket.send(JSON.stringify(order))
    const reply = await this.#socket.receive().catch((error) => {
      if (error.code !== 'EAGAIN') throw error
      return undefined
    })
    return reply !== undefined
  }

  #connected(): Request {
    const socket = new Request({ receiveTimeout: PATIENCE, linger: 0 })
    socket.connect(this.#endpoint)
    return socket
  }
}
