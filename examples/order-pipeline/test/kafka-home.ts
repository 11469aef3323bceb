import { execFileSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where scripts/fetch-kafka.sh of this repository puts brokers. */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'testrig')

/** The release of Kafka to use. */
export const kafkaHome: string =
  process.env.KAFKA_HOME ?? globSync(join(cache, 'kafka-4.*')).toSorted().at(-1) ?? join(cache, 'kafka-4.x')

const java = join(process.env.JAVA_HOME ?? '', 'bin/java')
const missing = existsSync(kafkaHome)
  ? runs(existsSync(java) ? java : 'java', '-version')
    ? undefined
    : 'there is no Java'
  : `there is no Kafka in ${kafkaHome}; set KAFKA_HOME, or run scripts/fetch-kafka.sh`

/** Whether the tests are skipped; on CI they are not, but fail. */
export const skipped: boolean = missing !== undefined && process.env.CI !== 'true'

/** The reason as the end of a title. */
export const reason: string = skipped ? ` (skipped: ${missing})` : ''

function runs(program: string, argument: string): boolean {
  try {
    execFileSync(program, [argument], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
