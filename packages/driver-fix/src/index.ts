export type { LocalInterface } from '@testrig/sockets'
export type { PEM, TLSClientConfig, TLSServerConfig } from '@testrig/tls/options'
export type {
  ConnectionChoice,
  LogoffOptions,
  ReceiveOptions,
  SendOptions,
  SentAt,
  SequenceNumbers,
  WaitOptions,
} from './call-options.ts'
export type { FixClientOptions } from './client-options.ts'
export type { ConnectionName } from './connection-name.ts'
export { FixClient } from './fix-client.ts'
export type { FixFields, FixInput } from './fix-fields.ts'
export type { Field, FixMessage, FixObject, FixTag } from './fix-message.ts'
export { FixServer } from './fix-server.ts'
export type { FieldValue, FixValue } from './fix-value.ts'
export type { FixVersion } from './identity.ts'
export type { FixMatcher, FixPattern } from './matcher.ts'
export type { Authenticate, FixServerOptions } from './server-options.ts'
export type { FixSessionOptions } from './session-options.ts'
