import type { Agent } from 'node:http'
import { TestrigError } from '@testrig/core'
import { timeLimit } from '@testrig/sockets'
import type { LoadedTLS } from '@testrig/tls/options'
import { type Origin, requestCancelled, requestFailed, requestTimeout, tooManyRedirects } from './errors.ts'
import { exchange, type Progress } from './exchange.ts'
import { HTTPResponse } from './http-response.ts'
import { redirected } from './redirect.ts'
import type { Outgoing } from './request-options.ts'
import { SentRequest } from './sent-request.ts'

export interface Limits {
  /** Milliseconds. */
  readonly timeout: number
  readonly maxRedirects: number
  readonly signal: AbortSignal | undefined
}

/** The connections of a client and what is under way on them. */
export class Transport {
  readonly #origin: Origin
  readonly #keepAlive: boolean
  readonly #tls: LoadedTLS | undefined
  readonly #agents = new Map<string, Agent>()
  readonly #underWay = new Set<SentRequest>()

  constructor(origin: Origin, { keepAlive, tls }: { keepAlive: boolean; tls: LoadedTLS | undefined }) {
    this.#origin = origin
    this.#keepAlive = keepAlive
    this.#tls = tls
  }

  send(message: Outgoing, limits: Limits): SentRequest {
    const request = new SentRequest(this.#origin, message, (sent, signal) =>
      this.#perform(sent, message, limits, signal).finally(() => this.#underWay.delete(sent)),
    )
    this.#underWay.add(request)
    return request
  }

  /** Ends what is under way and closes all connections. */
  close(reason: Error): void {
    for (const request of this.#underWay) request.cancel(reason)
    for (const agent of this.#agents.values()) agent.destroy()
    this.#agents.clear()
  }

  async #perform(
    request: SentRequest,
    first: Outgoing,
    limits: Limits,
    cancelled: AbortSignal,
  ): Promise<HTTPResponse> {
    const progress: Progress = { text: '' }
    const origin = this.#origin
    const { title } = request
    const late = () => request.cancel(requestTimeout(origin, title, limits.timeout, progress.text))
    const ended = timeLimit(limits.timeout, late)
    const abort = () => request.cancel(requestCancelled(origin, title, 'its signal'))
    if (limits.signal?.aborted === true) abort()
    limits.signal?.addEventListener('abort', abort)
    try {
      return await this.#follow(request, first, {
        maxRedirects: limits.maxRedirects,
        signal: cancelled,
        progress,
      })
    } catch (error) {
      if (error instanceof TestrigError || cancelled.aborted) throw error
      throw requestFailed(origin, title, error, this.#tls?.problemOf(error as Error))
    } finally {
      ended()
      limits.signal?.removeEventListener('abort', abort)
    }
  }

  async #follow(
    request: SentRequest,
    first: Outgoing,
    { maxRedirects, signal, progress }: { maxRedirects: number; signal: AbortSignal; progress: Progress },
  ): Promise<HTTPResponse> {
    let message = first
    for (let left = maxRedirects; ; left--) {
      const agent = this.#agent(message.url.protocol)
      const answer = await exchange(message, { agent, signal, progress })
      const next = maxRedirects === 0 ? undefined : redirected(message, answer)
      if (next === undefined) return new HTTPResponse(request, message.url.href, answer)
      if (left === 0) throw tooManyRedirects(this.#origin, request.title, maxRedirects, next.url.href)
      message = next
    }
  }

  #agent(protocol: string): Agent {
    const known = this.#agents.get(protocol)
    if (known !== undefined) return known
    const secure = protocol === 'https:'
    const { Agent } = process.getBuiltinModule(secure ? 'node:https' : 'node:http')
    const agent = new Agent({ keepAlive: this.#keepAlive, ...(secure && this.#tls?.options) })
    this.#agents.set(protocol, agent)
    return agent
  }
}
