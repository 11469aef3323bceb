export { type LoadedTLS, loadTLS } from './load-tls.ts'
export {
  createTestCertificates,
  type TestCertificate,
  type TestCertificateOptions,
  type TestCertificates,
} from './test-certificates.ts'
export {
  type PEM,
  type TLSClientConfig,
  type TLSServerConfig,
  tlsClientSchema,
  tlsServerSchema,
} from './tls-config.ts'
export { tlsProblem } from './tls-problem.ts'
