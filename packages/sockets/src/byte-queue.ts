/** Bytes that have arrived and were not taken yet, in one piece of memory, so that they can be searched. */
export class ByteQueue {
  #memory: Buffer = Buffer.alloc(0)
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  /** The bytes; what was given out is never written to again. */
  get view(): Buffer {
    return this.#memory.subarray(this.#start, this.#end)
  }

  /** Adds bytes; the chunk may be kept as it is, so it must not change any more. */
  append(chunk: Buffer): void {
    if (this.length === 0) this.#hold(chunk, chunk.length)
    else {
      if (this.#end + chunk.length > this.#memory.length) this.#grow(this.length + chunk.length)
      this.#end += chunk.copy(this.#memory, this.#end)
    }
  }

  /** Removes the first bytes and gives them. */
  take(count: number): Buffer {
    const taken = this.view.subarray(0, count)
    if (count < this.length) this.#start += count
    else this.#hold(Buffer.alloc(0), 0)
    return taken
  }

  /** Doubling keeps the cost of copying in proportion to what arrives. */
  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(needed * 2)
    this.#hold(larger, this.view.copy(larger))
  }

  #hold(memory: Buffer, length: number): void {
    this.#memory = memory
    this.#start = 0
    this.#end = length
  }
}
