import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { javaMissing } from './errors.ts'
import { findOnPath, isProgram } from './find-on-path.ts'

interface JavaChoice {
  /** The Java program; undefined looks for one. */
  readonly java: string | undefined
  readonly jvmArgs: readonly string[]
  /** Jars and directories of jars, as `-cp` takes them. */
  readonly classpath: string
}

/** Has the server log to the standard output, whichever library it logs with. */
const LOGGING = [
  `-Dlog4j.configuration=${logging('log4j.properties')}`,
  `-Dlog4j2.configurationFile=${logging('log4j2.properties')}`,
  `-Dlogback.configurationFile=${fileURLToPath(logging('logback.xml'))}`,
  '-Dorg.slf4j.simpleLogger.logFile=System.out',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
]

/** The command that runs a class of the jars; its name comes next. @throws JAVA_MISSING */
export function javaCommand(label: string, { java, jvmArgs, classpath }: JavaChoice): readonly string[] {
  return [java ?? findJava(label), ...LOGGING, ...jvmArgs, '-cp', classpath]
}

function findJava(label: string): string {
  const { JAVA_HOME } = process.env
  const ofHome = JAVA_HOME === undefined ? undefined : join(JAVA_HOME, 'bin/java')
  const found = ofHome !== undefined && isProgram(ofHome) ? ofHome : findOnPath('java')
  if (found === undefined) throw javaMissing(label, ofHome)
  return found
}

function logging(file: string): URL {
  return new URL(`../logging/${file}`, import.meta.url)
}
