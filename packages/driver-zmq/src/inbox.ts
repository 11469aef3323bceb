import { setImmediate as turn } from 'node:timers/promises'
import { isMainThread } from 'node:worker_threads'
import { poll } from '@testrig/core'
import { errorCode } from '@testrig/sockets'
import { multipart, operationFailed, receiveTimeout } from './errors.ts'
import { type Receiving, take } from './take.ts'
import { WaitingCalls } from './waiting-calls.ts'

interface ReceiveCall {
  /** Whether it takes messages of one frame only. */
  readonly single: boolean
}

export interface InboxOptions {
  readonly label: string
  readonly socket: Receiving
  /** How many messages are taken before a call asks for them. */
  readonly ahead: number
}

/**
 * Receives messages for calls that wait. A socket allows one receive at a time, so one pump serves all calls; it rests when
 * nobody waits, and leaves messages to the socket, which holds up or drops more at its high water mark.
 */
export class Inbox {
  readonly #label: string
  readonly #socket: Receiving
  readonly #ahead: number
  readonly #calls = new WaitingCalls<ReceiveCall, Buffer[]>()
  /** Messages that nobody waits for, or that the call they came for cannot take. */
  readonly #arrived: Buffer[][] = []
  #pumping = false
  /** Whether zeromq waits for a message: it can be asked for none meanwhile. */
  #blocked = false
  #closed = false
  /** Ends the rest between two looks for a message. */
  #rest = new AbortController()

  constructor({ label, socket, ahead }: InboxOptions) {
    this.#label = label
    this.#socket = socket
    this.#ahead = ahead
    void this.#pump()
  }

  receive(call: ReceiveCall, timeout: number): Promise<Buffer[]> {
    const received = this.#calls.add(call, timeout, () => receiveTimeout(this.#label, timeout))
    this.#serve()
    this.#rest.abort()
    void this.#pump()
    return received
  }

  /** Whether a message has been taken from the socket that no call has received. */
  get holds(): boolean {
    return this.#arrived.length > 0
  }

  /** Drops what has arrived and was not received. */
  async flush(): Promise<void> {
    await turn() // What zeromq is about to give.
    while (!this.#blocked && !this.#closed && (await this.#collect().catch(isOutOfTurn)));
    this.#arrived.length = 0
    void this.#pump()
  }

  /** Rejects all calls; the socket is closed. */
  close(error: Error): void {
    this.#closed = true
    this.#calls.rejectAll(error)
  }

  get #wanted(): boolean {
    return !this.#closed && (this.#calls.first !== undefined || this.#arrived.length < this.#ahead)
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (this.#wanted) {
        await this.#next()
        this.#serve()
      }
    } catch (error) {
      this.#calls.rejectAll(operationFailed(this.#label, 'receive()', error))
    } finally {
      this.#pumping = false
    }
  }

  /** Gives what has arrived to the calls that wait. */
  #serve(): void {
    for (let call = this.#calls.first; call !== undefined; call = this.#calls.first) {
      const [message] = this.#arrived
      if (message === undefined) return
      if (call.single && message.length > 1) this.#calls.reject(multipart(this.#label, message.length))
      else this.#calls.resolve(this.#arrived.shift() as Buffer[])
    }
  }

  /** Waits for a message; gives up, in a worker thread, when none is wanted any more or one is asked for anew. */
  async #next(): Promise<void> {
    if (await this.#collect()) return
    if (isMainThread) return this.#block()
    // A thread that is terminated while zeromq waits takes the whole process with it, so the wait is not zeromq's.
    const { signal } = this.#rest
    await poll(async () => !this.#wanted || (await this.#collect()), signal).catch((error) => {
      if (!signal.aborted) throw error
    })
    if (signal.aborted) this.#rest = new AbortController()
  }

  /** Takes a message that is there. */
  async #collect(): Promise<boolean> {
    const message = await take(this.#socket)
    if (message !== undefined) this.#arrived.push(message)
    return message !== undefined
  }

  async #block(): Promise<void> {
    this.#socket.receiveTimeout = -1
    this.#blocked = true
    try {
      this.#arrived.push(await this.#socket.receive())
    } finally {
      this.#blocked = false
    }
  }
}

/** With REQ, that no request was sent: there is nothing to take. */
function isOutOfTurn(error: unknown): false {
  if (errorCode(error) === 'EFSM') return false
  throw error
}
