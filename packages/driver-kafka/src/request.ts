import { once } from 'node:events'
import { connect } from 'node:net'
import { connectionEnded, connectionFailed } from './errors.ts'
import { int16, int32, text, WireReader } from './wire.ts'

export interface Broker {
  /** The driver's label, for errors. */
  readonly label: string
  readonly host: string
  readonly port: number
}

export interface ApiRequest {
  /** The request's number. Source: Apache Kafka protocol guide, "Api Keys". */
  readonly api: number
  readonly version: number
  readonly body: Buffer
}

/** Sends a broker one request; gives the fields of its response. @throws KAFKA_CONNECTION_ENDED, KAFKA_CONNECTION_FAILED */
export async function request(broker: Broker, asked: ApiRequest, signal: AbortSignal): Promise<WireReader> {
  const socket = connect({ host: broker.host, port: broker.port, signal })
  try {
    await once(socket, 'connect').catch((error) => {
      throw signal.aborted ? error : connectionFailed(broker, error)
    })
    socket.write(framed(asked))
    let received = Buffer.alloc(0)
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer])
      if (isComplete(received)) return fieldsOf(received)
    }
    throw connectionEnded(broker)
  } finally {
    socket.destroy()
  }
}

function isComplete(received: Buffer): boolean {
  return received.length >= 4 && received.length >= 4 + received.readInt32BE(0)
}

/** What follows the length and the request's number, which is given back. */
function fieldsOf(response: Buffer): WireReader {
  return new WireReader(response.subarray(8))
}

/** Source: Apache Kafka protocol guide, "Request Header v1". */
function framed({ api, version, body }: ApiRequest): Buffer {
  const header = [int16(api), int16(version), int32(0), text('testrig')]
  const bytes = Buffer.concat([...header, body])
  return Buffer.concat([int32(bytes.length), bytes])
}
