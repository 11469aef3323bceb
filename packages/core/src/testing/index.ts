export { type DriverConformance, type Probe, testDriver } from './test-driver.ts'
