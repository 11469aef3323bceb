import { clearTimeout, setTimeout } from 'node:timers'
import type { BaseConnectionExtractor } from '../connections/connection-extractor.ts'
import type { BaseConnectionInfo } from '../connections/connection-info.ts'
import { type Driver, internals } from '../driver.ts'
import type { RunningProgram } from '../driver-internals.ts'
import { messageOf } from './message-of.ts'

/** What was seen of a driver's connections and of its program. */
export interface Sight {
  readonly infos: readonly BaseConnectionInfo[]
  readonly problems: readonly string[]
  readonly program: RunningProgram | undefined
}

/** Longest time that one extractor gets, in milliseconds: a stop waits for it. */
const LIMIT = 5_000

/** Looks at a driver with the extractors of its class; what goes wrong is told, not thrown. */
export async function lookAt(driver: Driver): Promise<Sight> {
  const problems: string[] = []
  const { EXTRACTORS: given } = driver.constructor as typeof Driver
  const extractors = Array.isArray(given) ? (given as typeof given) : []
  if (extractors !== given) problems.push(`EXTRACTORS of ${driver.constructor.name} is no array`)
  const [program, ...found] = await Promise.all([
    limited(() => internals.runningProgram(driver)).catch((error) => void problems.push(messageOf(error))),
    ...extractors.map((extractor) => extract(extractor, driver)),
  ])
  const all = found.flat()
  for (const each of all) if (each instanceof Error) problems.push(each.message)
  const infos = all.filter((each) => !(each instanceof Error)) as BaseConnectionInfo[]
  return { infos, problems: [...new Set(problems)], program: program ?? undefined }
}

async function extract(
  extractor: BaseConnectionExtractor,
  driver: Driver,
): Promise<readonly (BaseConnectionInfo | Error)[]> {
  const name = extractor?.constructor?.name ?? typeof extractor
  try {
    const found = [...(await limited(async () => extractor.extractConnections(driver)))]
    for (const each of found) if (!(each instanceof Error)) check(each)
    return found
  } catch (error) {
    return [new Error(`${name}: ${messageOf(error)}`)]
  }
}

/** Code of connections runs here first, where what it throws is told with its extractor. */
function check(info: BaseConnectionInfo): void {
  if (typeof info?.promoteToConnection !== 'function')
    throw new Error('it gave something that is no connection info')
  if (typeof info.connection !== 'string')
    throw new Error('it gave a connection info without a connectionRep')
}

async function limited<T>(work: () => Promise<T>): Promise<T> {
  const limit = Promise.withResolvers<never>()
  const timer = setTimeout(() => limit.reject(new Error(`no answer within ${LIMIT} ms`)), LIMIT)
  try {
    return await Promise.race([work(), limit.promise])
  } finally {
    clearTimeout(timer)
  }
}
