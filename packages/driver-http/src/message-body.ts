import { invalidJSON, unreadableBody } from './errors.ts'

interface Message {
  /** What the message is, for errors. */
  readonly title: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** The body as text, in the charset of its content-type, UTF-8 without one; what is compressed is unpacked. */
export function bodyText(message: Message): string {
  const bytes = unpacked(message)
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType(message))?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch (error) {
    throw unreadableBody(message.title, 'charset', charset, error)
  }
}

/** The parsed body when its media type is JSON, or ends in `+json`; undefined for others and for an empty one. */
export function bodyJSON(message: Message): unknown {
  if (!/^[^/;\s]+\/(?:json|[^;\s]+\+json)\s*(?:;|$)/i.test(contentType(message).trim())) return undefined
  const text = bodyText(message)
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidJSON(message.title, text, error)
  }
}

function contentType({ headers }: Message): string {
  return String(headers['content-type'] ?? '')
}

/** Undoes the content-encodings, the last one first. */
function unpacked(message: Message): Buffer {
  const encodings = String(message.headers['content-encoding'] ?? '')
    .split(',')
    .map((encoding) => encoding.trim().toLowerCase())
    .filter((encoding) => encoding !== '' && encoding !== 'identity')
  if (message.body.length === 0) return message.body
  return encodings.reduceRight((bytes, encoding) => {
    try {
      return unpack(bytes, encoding)
    } catch (error) {
      throw unreadableBody(message.title, 'content-encoding', encoding, error)
    }
  }, message.body)
}

function unpack(bytes: Buffer, encoding: string): Buffer {
  const zlib = process.getBuiltinModule('node:zlib')
  if (encoding === 'gzip' || encoding === 'x-gzip' || encoding === 'deflate') return zlib.unzipSync(bytes)
  if (encoding === 'br') return zlib.brotliDecompressSync(bytes)
  if (encoding === 'zstd') {
    if (!('zstdDecompressSync' in zlib)) throw new Error('Node.js can unpack it from 22.15 on')
    return zlib.zstdDecompressSync(bytes)
  }
  throw new Error('the encoding is not known')
}
