import { exchange } from './exchange.ts'

// Source: Apache ZooKeeper, zookeeper-jute/src/main/resources/zookeeper.jute: records are written field by field, numbers
// big-endian, texts and buffers with their length before them; each request and each response is one frame.

/** Operations and results. Source: org.apache.zookeeper.ZooDefs.OpCode, KeeperException.Code. */
const CREATE = 1
const CLOSE_SESSION = -11
const OK = 0
const NODE_EXISTS = -110

const SESSION_TIMEOUT = 10_000
const ALL_PERMISSIONS = 31

export interface RefusedNode {
  readonly path: string
  /** The code of ZooKeeper's error. */
  readonly code: number
}

/** Creates nodes that all may read and write, in this order, in a session of its own; gives the first one refused. */
export async function createNodes(
  server: { readonly host: string; readonly port: number },
  paths: readonly string[],
  signal: AbortSignal,
): Promise<RefusedNode | undefined> {
  const requests = paths.map((path, index) => createRequest(index, path))
  const session = Buffer.concat([connectRequest(), ...requests, closeRequest(paths.length)])
  const [, ...replies] = frames(await exchange(server, session, signal))
  const codes = paths.map((_, index) => replies[index]?.readInt32BE(12))
  const refused = codes.findIndex((code) => code !== OK && code !== NODE_EXISTS)
  return refused === -1 ? undefined : { path: paths[refused] as string, code: codes[refused] ?? Number.NaN }
}

/** ConnectRequest: version of the protocol, last transaction seen, timeout, session, password. */
function connectRequest(): Buffer {
  return frame(int(0), long(0), int(SESSION_TIMEOUT), long(0), lengthAndBytes(Buffer.alloc(16)))
}

/** RequestHeader, then CreateRequest: path, data, access list, flags. */
function createRequest(xid: number, path: string): Buffer {
  const everybody = [int(ALL_PERMISSIONS), text('world'), text('anyone')]
  return frame(int(xid), int(CREATE), text(path), text(''), int(1), ...everybody, int(0))
}

function closeRequest(xid: number): Buffer {
  return frame(int(xid), int(CLOSE_SESSION))
}

function frame(...fields: readonly Buffer[]): Buffer {
  return lengthAndBytes(Buffer.concat(fields))
}

function text(value: string): Buffer {
  return lengthAndBytes(Buffer.from(value))
}

function lengthAndBytes(bytes: Buffer): Buffer {
  return Buffer.concat([int(bytes.length), bytes])
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

/** The contents of the complete frames in a stream of them. */
function frames(bytes: Buffer): readonly Buffer[] {
  if (bytes.length < 4) return []
  const end = 4 + bytes.readInt32BE(0)
  return end > bytes.length ? [] : [bytes.subarray(4, end), ...frames(bytes.subarray(end))]
}
