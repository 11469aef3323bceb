export type { SecretName } from '../secret-names.ts'
export type { MaskOptions } from './mask.ts'
export { reportToMermaid, toMermaid } from './mermaid.ts'
export { DriverInfoRecorder, type RecordOptions, recordDriverInfo } from './record-driver-info.ts'
export {
  type ConnectionEdge,
  DRIVER_INFO_VERSION,
  type DriverInfo,
  type DriverInfoReport,
  type EnvironmentInfo,
  type ExternalNode,
  type LogInfo,
  type ObservedLink,
  type TestInfo,
  type ValueLink,
} from './report-data.ts'
