import type { Outgoing } from './request-options.ts'

interface Answer {
  readonly status: number
  readonly headers: { readonly location?: string | undefined }
}

const CREDENTIALS = ['authorization', 'cookie', 'host', 'proxy-authorization']

/** The message that follows a redirect; undefined when the answer is none. Source: RFC 9110, section 15.4 */
export function redirected(message: Outgoing, { status, headers }: Answer): Outgoing | undefined {
  const { location } = headers
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined
  if (!URL.canParse(location, message.url.href)) return undefined
  const url = new URL(location, message.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  const { method } = message
  const toGet = (status === 303 && method !== 'HEAD') || ([301, 302].includes(status) && method === 'POST')
  const dropped = [
    ...(url.origin === message.url.origin ? [] : CREDENTIALS),
    ...(toGet ? ['content-type', 'content-length'] : []),
  ]
  const kept = Object.entries(message.headers).filter(([name]) => !dropped.includes(name.toLowerCase()))
  return {
    url,
    method: toGet ? 'GET' : method,
    headers: Object.fromEntries(kept),
    body: toGet ? undefined : message.body,
  }
}
