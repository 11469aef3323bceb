// Source: Apache Kafka protocol guide, "Protocol Primitive Types": numbers are big-endian; a string has its length in
// bytes before it as an int16, and -1 for null; an array has its length as an int32.

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export function bool(value: boolean): Buffer {
  return Buffer.from([value ? 1 : 0])
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([int16(bytes.length), bytes])
}

export function array(items: readonly Buffer[]): Buffer {
  return Buffer.concat([int32(items.length), ...items])
}

/** Takes the fields of a response one after another. */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#skip(2))
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#skip(4))
  }

  bool(): boolean {
    return this.#bytes.readInt8(this.#skip(1)) !== 0
  }

  text(): string | undefined {
    const length = this.int16()
    if (length === -1) return undefined
    const start = this.#skip(length)
    return this.#bytes.toString('utf8', start, start + length)
  }

  array<T>(item: () => T): readonly T[] {
    return Array.from({ length: this.int32() }, item)
  }

  #skip(length: number): number {
    const start = this.#at
    this.#at += length
    return start
  }
}
