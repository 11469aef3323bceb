import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findJar } from '@testrig/java'
import { zookeeperMissing } from './errors.ts'

const DEBIAN = '/usr/share/java'
const DEBIAN_LOGGING = join(DEBIAN, 'slf4j-simple.jar')

/** The class path of a ZooKeeper: of the release in `home`, else of the first that is found. @throws ZOOKEEPER_MISSING */
export function findZookeeper(label: string, home: string | undefined): string {
  const { jar, looked } = findJar({
    jar: /^zookeeper-\d[\d.]*\.jar$/,
    home,
    variable: 'ZOOKEEPER_HOME',
    programs: ['zkServer.sh', 'zkServer'],
    below: ['lib', 'libs', 'libexec/lib'], // `libs` is that of Kafka, which brings a ZooKeeper in versions below 4.
    system: [DEBIAN],
  })
  if (jar === undefined) throw zookeeperMissing(label, looked)
  return dirname(jar) === DEBIAN ? debianClasspath(jar) : join(dirname(jar), '*')
}

/** Debian's jar names those that it needs, but none to log with. */
function debianClasspath(jar: string): string {
  return existsSync(DEBIAN_LOGGING) ? `${jar}:${DEBIAN_LOGGING}` : jar
}
