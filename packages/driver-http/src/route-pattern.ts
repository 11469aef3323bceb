import { isMethod } from './methods.ts'

/** A route taken apart: `GET /orders/:id`, `/files/*`. */
export interface RoutePattern {
  /** The method in upper case; undefined stands for all. */
  readonly method: string | undefined
  readonly segments: readonly string[]
}

/** What a route says about itself, in the order of precedence: text before parameter before the rest. */
const KINDS = { text: '0', parameter: '1', rest: '2' } as const

/** Takes a route apart; undefined when it is none. */
export function parseRoute(route: string): RoutePattern | undefined {
  const [, method, path] = /^(?:([A-Za-z-]+) +)?(\/[^\s?#]*)$/.exec(route) ?? []
  if (path === undefined || (method !== undefined && !isMethod(method.toUpperCase()))) return undefined
  const segments = path.slice(1).split('/')
  const wrong = segments.some(
    (segment, index) => segment === ':' || (segment === '*' && index < segments.length - 1),
  )
  return wrong ? undefined : { method: method?.toUpperCase(), segments }
}

/** The parameters of a request that the route is for, decoded; undefined when it is for others. A GET route takes HEAD too. */
export function matchRoute(
  pattern: RoutePattern,
  method: string,
  path: string,
): Readonly<Record<string, string>> | undefined {
  const asked = pattern.method === 'GET' && method === 'HEAD' ? 'GET' : method
  if (pattern.method !== undefined && pattern.method !== asked) return undefined
  const parts = path.slice(1).split('/')
  const hasRest = pattern.segments.at(-1) === '*'
  if (hasRest ? parts.length < pattern.segments.length : parts.length !== pattern.segments.length)
    return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of pattern.segments.entries()) {
    const part = parts[index] as string
    if (segment === '*') params['*'] = decoded(parts.slice(index).join('/'))
    else if (segment.startsWith(':')) params[segment.slice(1)] = decoded(part)
    else if (segment !== part && decoded(segment) !== decoded(part)) return undefined
  }
  return params
}

/** Sorts routes so that the most specific comes first; a method is more specific than all methods. */
export function compareRoutes(one: RoutePattern, other: RoutePattern): number {
  return rank(one) < rank(other) ? -1 : rank(one) > rank(other) ? 1 : 0
}

function rank({ method, segments }: RoutePattern): string {
  const kinds = segments.map((segment) =>
    segment === '*' ? KINDS.rest : segment.startsWith(':') ? KINDS.parameter : KINDS.text,
  )
  const ofMethod = method === 'HEAD' ? 0 : method === undefined ? 2 : 1
  return `${kinds.join('')}${ofMethod}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
