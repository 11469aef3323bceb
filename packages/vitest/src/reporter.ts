export type { DriverInfoOptions } from './driver-info-options.ts'
export { DriverInfoReporter } from './driver-info-reporter.ts'
