import type { Identity } from './identity.ts'

/** TargetCompID and SenderCompID of the client's messages: what the server is called, and what the client is. */
export type ConnectionName = readonly [server: string, client: string]

export function connectionName({ sender, target }: Identity): ConnectionName {
  return [sender, target]
}

/** The same text for the same name. */
export function nameKey(name: ConnectionName): string {
  return JSON.stringify(name)
}
