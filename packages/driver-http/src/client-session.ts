import { type LoadedTLS, loadTLS, type ResolvedTLS } from '@testrig/tls/options'
import { type Origin, receiveTimeout, requestCancelled, stopped } from './errors.ts'
import type { HTTPResponse } from './http-response.ts'
import { Mailbox } from './mailbox.ts'
import { outgoing, type RequestOptions } from './request-options.ts'
import type { SentRequest } from './sent-request.ts'
import { Transport } from './transport.ts'

export interface SessionOptions {
  /** What paths are added to, without a slash at its end. */
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  /** Milliseconds. */
  readonly timeout: number
  readonly maxRedirects: number
  readonly keepAlive: boolean
}

/** What a client does between its start and its stop. */
export class ClientSession {
  readonly #origin: Origin
  readonly #options: SessionOptions
  readonly #transport: Transport
  readonly #finished = new Mailbox<SentRequest>()
  /** What `send` has sent and what has not ended. */
  readonly #sent = new Set<SentRequest>()

  constructor(origin: Origin, options: SessionOptions, tls: LoadedTLS | undefined) {
    this.#origin = origin
    this.#options = options
    this.#transport = new Transport(origin, { keepAlive: options.keepAlive, tls })
  }

  /** @throws HTTP_METHOD_UNKNOWN, HTTP_REQUEST_INVALID */
  dispatch(method: string, path: string, options: RequestOptions): SentRequest {
    const { url, headers, timeout, maxRedirects } = this.#options
    const message = outgoing({ origin: this.#origin, url, headers }, method, path, options)
    return this.#transport.send(message, {
      timeout: options.timeout ?? timeout,
      maxRedirects: options.maxRedirects ?? maxRedirects,
      signal: options.signal,
    })
  }

  send(method: string, path: string, options: RequestOptions): SentRequest {
    const sent = this.dispatch(method, path, options)
    this.#sent.add(sent)
    const finish = () => {
      if (this.#sent.delete(sent)) this.#finished.put(sent)
    }
    sent.response.then(finish, finish)
    return sent
  }

  async receive(timeout: number = this.#options.timeout): Promise<HTTPResponse> {
    const late = () => receiveTimeout(this.#origin, 'answer', timeout, this.#underWay())
    const sent = await this.#finished.take(() => true, { timeout, late })
    return sent.response
  }

  flush(): void {
    const sent = [...this.#sent]
    this.#sent.clear()
    for (const each of sent) each.cancel(requestCancelled(this.#origin, each.title, 'flush()'))
    this.#finished.clear()
  }

  close(): void {
    this.#sent.clear()
    this.#transport.close(stopped(this.#origin, 'a request'))
    this.#finished.fail(stopped(this.#origin, 'receive()'))
  }

  #underWay(): string {
    const sent = [...this.#sent]
    return sent.length === 0
      ? 'None is under way: send() comes before receive().'
      : `Under way: ${sent.map(({ title }) => title).join(', ')}.`
  }
}

/** @throws TLS_INVALID */
export async function openSession(
  origin: Origin,
  options: SessionOptions & { readonly tls: ResolvedTLS | undefined },
): Promise<ClientSession> {
  const { tls = options.url.startsWith('https:') ? {} : undefined } = options
  return new ClientSession(origin, options, tls && (await loadTLS(origin.label, 'tls', tls)))
}
