import {
  type InstallFile,
  type Late,
  late,
  type OptionSchemas,
  portNumber,
  type Schema,
  text,
} from '@testrig/core'
import * as v from 'valibot'
import { refuseBeside } from './refuse-beside.ts'

/** Options that drivers of Java servers have in common. */
export interface JavaServerOptions {
  /** Program that runs the server, such as the script of a release; it gets the configuration's path. @default Java with the jars found */
  readonly binary?: Late<string> | undefined
  /** Directory of a release, or one of jars. @default what variables, the PATH and common places lead to */
  readonly home?: Late<string> | undefined
  /** The Java program. @default `bin/java` of JAVA_HOME, else `java` on the PATH */
  readonly java?: Late<string> | undefined
  /** Arguments of the Java virtual machine; they replace the default. @default a small heap, a quick start */
  readonly jvmArgs?: readonly Late<string>[] | undefined
  /** Path of the template for the configuration. @default one that comes with the driver, in its `templates` */
  readonly cfgTemplate?: Late<string> | undefined
  /** Properties that are added to the configuration; they replace those of the template. @default {} */
  readonly properties?: Readonly<Record<string, Late<string | number | boolean>>> | undefined
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: Late<string> | undefined
  /** Port to listen on, from 0 to 65535; 0 has one allocated, which restarts keep. @default 0 */
  readonly port?: Late<number> | undefined
}

export type JavaServerDefaults = 'jvmArgs' | 'properties' | 'host' | 'port'

/** What makes a virtual machine start quickly: simple compilation and collection, and classes from the archive. */
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto']

const property = late(
  v.union([v.string(), v.number(), v.boolean()], 'a string, a number or a boolean') as unknown as Schema<
    string | number | boolean
  >,
)

/** The schemas of those options, but for `binary`, which App has; `heap` is the size of the default one, such as `512m`. */
export function javaServerOptions(heap: string): OptionSchemas<Omit<JavaServerOptions, 'binary'>> {
  return {
    home: v.optional(late(text())),
    java: v.optional(late(text())),
    jvmArgs: v.optional(v.array(late(text()), 'an array of arguments'), [`-Xmx${heap}`, ...QUICK_START]),
    cfgTemplate: v.optional(late(text())),
    properties: v.optional(v.record(v.string(), property, 'an object of properties'), {}),
    host: v.optional(late(text()), '127.0.0.1'),
    port: v.optional(late(portNumber()), 0),
  }
}

/** Refuses options of Java when another program finds it. @throws OPTION_INVALID */
export function refuseBesideBinary(label: string, options: JavaServerOptions): void {
  const reason = 'that program finds Java and jars itself'
  refuseBeside(label, options, { given: 'binary', others: ['home', 'java', 'jvmArgs'], reason })
}

/** Files to install with one more; what is no list stays as it is, for the check of options to refuse. */
export function withFile(
  files: readonly InstallFile[] | undefined,
  file: InstallFile,
): readonly InstallFile[] {
  return files === undefined ? [file] : Array.isArray(files) ? [...files, file] : files
}

/** How App gets the port of an option: as given, or by allocating one. */
export function portOption(port: Late<number> | undefined): number | 'auto' {
  const isGiven = typeof port === 'number' && Number.isInteger(port) && 0 < port && port < 65_536
  return isGiven ? port : 'auto'
}
