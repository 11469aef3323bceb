import { findJar } from '@testrig/java'
import { kafkaMissing } from './errors.ts'

/** The jar of a broker: of the release in `home`, else of the first that is found. @throws KAFKA_MISSING */
export function findKafka(label: string, home: string | undefined): string {
  const { jar, looked } = findJar({
    jar: /^kafka_\d[\d.]*-\d[\d.]*\.jar$/, // It has the version of Scala, and its own: kafka_2.13-3.9.2.jar.
    home,
    variable: 'KAFKA_HOME',
    programs: ['kafka-server-start.sh', 'kafka-server-start'],
    below: ['libs', 'libexec/libs'],
  })
  if (jar === undefined) throw kafkaMissing(label, looked)
  return jar
}

/** The first number of a broker's version, by its jar. */
export function majorVersion(jar: string): number {
  return Number(/-(\d+)[\d.]*\.jar$/.exec(jar)?.[1])
}
