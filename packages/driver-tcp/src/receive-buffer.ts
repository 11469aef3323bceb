/** Bytes that have arrived and were not taken yet, in one piece of memory, so that they can be searched. */
export class ReceiveBuffer {
  #memory: Buffer = Buffer.alloc(0)
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  /** Adds bytes; the chunk may be kept as it is, so it must not change any more. */
  append(chunk: Buffer): void {
    if (this.length === 0) this.#hold(chunk, chunk.length)
    else {
      if (this.#end + chunk.length > this.#memory.length) this.#grow(this.length + chunk.length)
      this.#end += chunk.copy(this.#memory, this.#end)
    }
  }

  /** Position behind the first delimiter found at `from` or later. */
  endOf(delimiter: Uint8Array, from: number): number | undefined {
    const found = this.#view().indexOf(delimiter, from)
    return found === -1 ? undefined : found + delimiter.length
  }

  /** Removes the first bytes and gives them; their memory is not written to again. */
  take(size: number): Buffer {
    const taken = this.#view().subarray(0, size)
    if (size < this.length) this.#start += size
    else this.#hold(Buffer.alloc(0), 0)
    return taken
  }

  /** A copy of the first bytes, which stay. */
  peek(size: number): Buffer {
    return Buffer.from(this.#view().subarray(0, size))
  }

  #view(): Buffer {
    return this.#memory.subarray(this.#start, this.#end)
  }

  /** Doubling keeps the cost of copying in proportion to what arrives. */
  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(needed * 2)
    this.#hold(larger, this.#view().copy(larger))
  }

  #hold(memory: Buffer, length: number): void {
    this.#memory = memory
    this.#start = 0
    this.#end = length
  }
}
