import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface HttpProbe {
  readonly url: URL
  /** Status codes that count. @default 200 to 399 */
  readonly statuses: readonly number[] | undefined
  readonly body: RegExp | undefined
  /** Milliseconds for the whole answer. */
  readonly timeout: number
}

/**
 * Asks a URL once, on a connection of its own that it closes, so that it keeps no server from stopping; gives the
 * reason when the answer does not count. Whether the server is up is the question, not who it is: any certificate does.
 */
export function probeHttp({ url, statuses, body, timeout }: HttpProbe): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  const signal = AbortSignal.timeout(timeout)
  const failed = ({ code, message }: NodeJS.ErrnoException) =>
    resolve(`${url.href}: ${signal.aborted ? `no answer within ${timeout} ms` : (code ?? message)}`)
  const asked = request(url, { agent: false, rejectUnauthorized: false, signal }, (response) => {
    const { statusCode: status = 0 } = response
    const counts = statuses === undefined ? status >= 200 && status < 400 : statuses.includes(status)
    if (!counts || body === undefined) {
      resolve(counts ? undefined : `${url.href} answered ${status}`)
      asked.destroy()
      return
    }
    response.setEncoding('utf8').on('error', failed)
    response.toArray().then((chunks) => {
      resolve(body.test(chunks.join('')) ? undefined : `the body of ${url.href} does not match ${body}`)
    }, failed)
  })
  asked.on('error', failed).end()
  return promise
}
