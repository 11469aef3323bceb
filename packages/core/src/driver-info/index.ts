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
