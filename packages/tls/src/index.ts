export {
  type LoadedTLS,
  loadTLS,
  type PEM,
  type ResolvedTLS,
  type TLSClientConfig,
  type TLSServerConfig,
  tlsClientSchema,
  tlsServerSchema,
} from './options.ts'
export {
  createTestCertificates,
  type TestCertificate,
  type TestCertificateOptions,
  type TestCertificates,
} from './test-certificates.ts'
export { tlsProblem } from './tls-problem.ts'
