import { invalidRoute, type Origin } from './errors.ts'
import type { ReceivedRequest } from './received-request.ts'
import { matchRoute, parseRoute } from './route-pattern.ts'

/** Which requests are meant; without a member, those with any. */
export interface RequestFilter {
  readonly method?: string | undefined
  /** A path, or a route's path such as `/orders/:id`. */
  readonly path?: string | undefined
}

/** Tells the requests that a filter means. @throws HTTP_ROUTE_INVALID */
export function requestFilter(origin: Origin, filter: RequestFilter): (request: ReceivedRequest) => boolean {
  const { method, path } = filter
  if (method === undefined && path === undefined) return () => true
  const route = `${method === undefined ? '' : `${method} `}${path ?? '/*'}`
  const pattern = parseRoute(route)
  if (pattern === undefined) throw invalidRoute(origin, route)
  return (request) => matchRoute(pattern, request.method, request.path) !== undefined
}

/** The filter in words. */
export function filterText({ method, path }: RequestFilter): string {
  return `request${method === undefined && path === undefined ? '' : ` ${[method?.toUpperCase(), path].filter((part) => part !== undefined).join(' ')}`}`
}
