import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { javaCommand } from '@testrig/java'

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'testrig')

/** Directories of brokers that scripts/fetch-kafka.sh has fetched: one with ZooKeeper mode, and one without. */
export const kafka3: string = home(3)
export const kafka4: string = home(4)

const missing = process.env.CI === 'true' ? undefined : missingPart()

/** Whether tests that need brokers are skipped; on CI they are not, but fail. */
export const skipped: boolean = missing !== undefined

/** The reason as the end of a title. */
export const reason: string = missing === undefined ? '' : ` (skipped: ${missing})`

function missingPart(): string | undefined {
  if ([kafka3, kafka4].some((path) => path.endsWith('.x')))
    return `no Kafka in ${cache}; scripts/fetch-kafka.sh fetches it`
  try {
    javaCommand('test', { java: undefined, jvmArgs: [], classpath: '' })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Limits of tests that start brokers: each takes seconds, on a busy machine many. */
export const SLOW = { testTimeout: 120_000, hookTimeout: 120_000 }

function home(major: number): string {
  const names = (existsSync(cache) ? readdirSync(cache) : []).filter((name) =>
    name.startsWith(`kafka-${major}.`),
  )
  return join(cache, names.sort().at(-1) ?? `kafka-${major}.x`)
}
