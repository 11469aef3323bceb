export { errorLines, logEnd } from './error-lines.ts'
export { findJar, type JarSearch } from './find-jar.ts'
export { javaCommand } from './java-command.ts'
export {
  type JavaServerDefaults,
  type JavaServerOptions,
  javaServerOptions,
  portOption,
  refuseBesideBinary,
  withFile,
} from './java-server-options.ts'
export { addProperties, readProperties } from './properties-file.ts'
export { refuseBeside } from './refuse-beside.ts'
