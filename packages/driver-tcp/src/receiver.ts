import { ByteQueue, deadline } from '@testrig/sockets'

/** What one receive asks for: so many bytes, all up to a delimiter, or what is there. */
export interface Wanted {
  readonly size?: number | undefined
  readonly until?: Uint8Array | undefined
}

/** What had come when a receive ended without success. */
export interface Arrived {
  readonly length: number
  /** The first of the bytes. */
  readonly head: Buffer
}

/** Words the errors of a receive. */
export interface ReceiveErrors {
  timeout(wanted: Wanted, milliseconds: number, arrived: Arrived): Error
  ended(wanted: Wanted, arrived: Arrived): Error
}

interface Pending {
  readonly wanted: Wanted
  /** How many bytes were searched for the delimiter. */
  searched: number
  readonly result: PromiseWithResolvers<Buffer>
}

const LIMIT = 16 * 1024 * 1024
const HEAD = 200

/** Keeps what arrives on a connection until it is received; receives are served in the order of their calls. */
export class Receiver {
  readonly #errors: ReceiveErrors
  readonly #buffer = new ByteQueue()
  readonly #pending: Pending[] = []
  #ended = false

  constructor(errors: ReceiveErrors) {
    this.#errors = errors
  }

  /** Whether no more should be read for now: 16 MiB are unread, and nobody waits for more. */
  get full(): boolean {
    return this.#buffer.length >= LIMIT && this.#pending.length === 0
  }

  append(chunk: Buffer): void {
    this.#buffer.append(chunk)
    this.#serve()
  }

  /** Says that nothing more will arrive; what is unread can still be received. */
  end(): void {
    this.#ended = true
    this.#serve()
  }

  receive(wanted: Wanted, timeout: number): Promise<Buffer> {
    const result = deadline<Buffer>(timeout, () => {
      this.#pending.splice(this.#pending.indexOf(pending), 1)
      queueMicrotask(() => this.#serve())
      return this.#errors.timeout(wanted, timeout, this.#arrived())
    })
    const pending = { wanted, searched: 0, result }
    this.#pending.push(pending)
    this.#serve()
    return result.promise
  }

  #serve(): void {
    for (let first = this.#pending[0]; first !== undefined; first = this.#pending[0]) {
      const size = this.#enough(first)
      if (size !== undefined) first.result.resolve(this.#buffer.take(size))
      else if (this.#ended) first.result.reject(this.#errors.ended(first.wanted, this.#arrived()))
      else return
      this.#pending.shift()
    }
  }

  /** How many bytes the receive takes now, if what it waits for is there. */
  #enough(pending: Pending): number | undefined {
    const { size, until } = pending.wanted
    const { length } = this.#buffer
    if (until !== undefined) {
      const found = this.#buffer.view.indexOf(until, pending.searched)
      pending.searched = Math.max(0, length - until.length + 1)
      return found === -1 ? undefined : found + until.length
    }
    if (size !== undefined) return length >= size ? size : undefined
    return length > 0 ? length : undefined
  }

  #arrived(): Arrived {
    return { length: this.#buffer.length, head: Buffer.from(this.#buffer.view.subarray(0, HEAD)) }
  }
}
