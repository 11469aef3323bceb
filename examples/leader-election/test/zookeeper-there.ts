import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const places = [process.env.ZOOKEEPER_HOME ?? '', '/usr/share/java/zookeeper.jar']
const java = join(process.env.JAVA_HOME ?? '', 'bin/java')
const missing = places.some((place) => existsSync(place))
  ? runs(existsSync(java) ? java : 'java')
    ? undefined
    : 'there is no Java'
  : 'there is no ZooKeeper; set ZOOKEEPER_HOME, or apt-get install zookeeper'

/** Whether the tests are skipped; on CI they are not, but fail. */
export const skipped: boolean = missing !== undefined && process.env.CI !== 'true'

/** The reason as the end of a title. */
export const reason: string = skipped ? ` (skipped: ${missing})` : ''

function runs(program: string): boolean {
  try {
    execFileSync(program, ['-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
