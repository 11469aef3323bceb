import type { LoadedTLS } from './read-tls.ts'
import type { ResolvedTLS } from './tls-config.ts'

// An entry of its own: what a driver needs to declare options, which then loads the rest only when it speaks TLS.

export type { LoadedTLS } from './read-tls.ts'
export {
  type PEM,
  type ResolvedTLS,
  type TLSClientConfig,
  type TLSServerConfig,
  tlsClientSchema,
  tlsServerSchema,
} from './tls-config.ts'

/**
 * Reads the files that an option of a driver names, and checks that a key and a certificate fit each other.
 *
 * @throws TLS_INVALID
 */
export async function loadTLS(label: string, option: string, config: ResolvedTLS): Promise<LoadedTLS> {
  const { readTLS } = await import('./read-tls.ts')
  return readTLS(label, option, config)
}
