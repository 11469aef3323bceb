export { App, type RestartOptions } from './app.ts'
export type { AppDefaults, AppOptions, PortOption } from './app-options.ts'
export type { Ending } from './errors.ts'
export { type ListeningPort, listeningPorts } from './listening-ports.ts'
export {
  type CommandReadiness,
  command,
  type FileReadiness,
  type FunctionReadiness,
  file,
  type HttpReadiness,
  http,
  type LogReadiness,
  log,
  type Readiness,
  type TcpReadiness,
  tcp,
} from './readiness.ts'
export {
  type FileExtractorOptions,
  SubprocessFileConnectionExtractor,
} from './subprocess-file-connection-extractor.ts'
export {
  type PortExtractorOptions,
  SubprocessPortConnectionExtractor,
} from './subprocess-port-connection-extractor.ts'
