import { type Condition, polled } from '@testrig/core'
import type { HttpReadiness } from '../readiness.ts'
import { patternOf } from './pattern-of.ts'
import type { ProgramView } from './program-view.ts'

/** Longest time for one request, in milliseconds. */
const ATTEMPT = 1_000

export function httpCondition({ url, port, status, body }: HttpReadiness, program: ProgramView): Condition {
  const statuses = status === undefined ? undefined : [status].flat()
  const wanted = body === undefined ? undefined : patternOf(body as string | RegExp)
  return polled(`${url} answers`, async () => {
    const number = port === undefined ? undefined : program.port(port as number | string)
    if (port !== undefined && number === undefined) return `the port ${port} is not known yet`
    const { probeHttp } = await import('./http-probe.ts')
    const bases =
      number === undefined ? [undefined] : [`http://127.0.0.1:${number}`, `http://[::1]:${number}`]
    const answers = await Promise.all(
      bases.map((base) =>
        probeHttp({ url: new URL(url as string, base), statuses, body: wanted, timeout: ATTEMPT }),
      ),
    )
    return answers.includes(undefined) ? true : answers.join(', ')
  })
}
