export type { LocalInterface } from '@testrig/sockets'
export type { PEM, TLSClientConfig, TLSServerConfig } from '@testrig/tls/options'
export type {
  AcceptOptions,
  ConnectionChoice,
  ReceiveOptions,
  SendOptions,
  TextOptions,
} from './call-options.ts'
export { type SentAt, TCPClient, type TCPClientOptions } from './tcp-client.ts'
export { TCPServer, type TCPServerOptions } from './tcp-server.ts'
