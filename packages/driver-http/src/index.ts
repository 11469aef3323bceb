export { HTTPServer, type HTTPServerOptions, type ReceiveRequestOptions } from './http-server.ts'
