import { poll } from '@testrig/core'
import { errorCode } from '@testrig/sockets'
import type { Socket, Writable } from 'zeromq'
import { operationFailed, sendTimeout } from './errors.ts'
import { WaitingCalls } from './waiting-calls.ts'

/** What sends messages. */
export type Sending = Socket & Writable

/**
 * Sends messages in the order of the calls. One that the socket does not take, for want of a peer or at its high water
 * mark, is offered again until its time is over: a send of zeromq that waits cannot be taken back.
 */
export class Outbox {
  readonly #label: string
  readonly #socket: Sending
  readonly #calls = new WaitingCalls<Buffer[], void>()
  #pumping = false

  constructor(label: string, socket: Sending) {
    this.#label = label
    this.#socket = socket
    socket.sendTimeout = 0
  }

  send(message: Buffer[], timeout: number): Promise<void> {
    const sent = this.#calls.add(message, timeout, () => sendTimeout(this.#label, timeout))
    void this.#pump()
    return sent
  }

  /** Rejects all calls; the socket is closed. */
  close(error: Error): void {
    this.#calls.rejectAll(error)
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return
    this.#pumping = true
    while (this.#calls.first !== undefined) await poll(() => this.#isFirstDone())
    this.#pumping = false
  }

  /** Offers the first message to the socket; false when the socket does not take it now. */
  async #isFirstDone(): Promise<boolean> {
    const message = this.#calls.first
    if (message === undefined) return true
    try {
      await this.#socket.send(message)
      this.#calls.resolve()
    } catch (error) {
      if (errorCode(error) === 'EAGAIN') return false
      this.#calls.reject(operationFailed(this.#label, 'send()', error))
    }
    return true
  }
}
