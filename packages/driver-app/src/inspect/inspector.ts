/** A socket that a process has open. */
export interface OpenSocket {
  readonly protocol: 'tcp' | 'udp' | 'unix'
  /** One that is bound takes datagrams from anyone. */
  readonly state: 'listening' | 'connected' | 'bound'
  /** The own address, or the path of a Unix socket, which the side that connects has not. */
  readonly local: SocketAddress | string | undefined
  /** The peer's address, or its path. */
  readonly peer: SocketAddress | string | undefined
}

export interface SocketAddress {
  readonly host: string
  readonly port: number
}

/** A file, or a named pipe, that a process has open. */
export interface OpenFile {
  readonly path: string
  readonly reads: boolean
  readonly writes: boolean
}

/** Sees what processes have open at one time; undefined for a process that may not be looked at, nothing for one that has ended. */
export interface Inspector {
  sockets(pid: number): Promise<readonly OpenSocket[] | undefined>
  files(pid: number): Promise<readonly OpenFile[] | undefined>
  /** What keeps a driver with these sockets from being seen whole. */
  problems(sockets: readonly OpenSocket[]): Promise<readonly Error[]>
}
