import zookeeper, { type Client, type Exception } from 'node-zookeeper-client'

const ROOT = '/election'

/** A candidate that is to lead first. */
export interface Predecessor {
  readonly name: string
  /** Resolves when it has changed, or is no candidate any more. */
  readonly gone: Promise<void>
}

/** An election: who has joined first leads. A candidate whose session ends is none any more. */
export class Election {
  readonly #client: Client
  readonly #name: string
  #node = ''

  constructor(client: Client, name: string) {
    this.#client = client
    this.#name = name
  }

  /** Becomes a candidate. */
  async join(): Promise<void> {
    await promised<string>((done) => this.#client.mkdirp(ROOT, done))
    const { EPHEMERAL_SEQUENTIAL } = zookeeper.CreateMode
    const data = Buffer.from(this.#name)
    const path = await promised<string>((done) =>
      this.#client.create(`${ROOT}/candidate-`, data, EPHEMERAL_SEQUENTIAL, done),
    )
    this.#node = path.slice(ROOT.length + 1)
  }

  /** Who comes right before this candidate; nobody when it leads. */
  async predecessor(): Promise<Predecessor | undefined> {
    const candidates = await promised<string[]>((done) => this.#client.getChildren(ROOT, done))
    const before = candidates.toSorted()[candidates.toSorted().indexOf(this.#node) - 1]
    if (before === undefined) return undefined
    const { promise: gone, resolve } = Promise.withResolvers<void>()
    const name = await promised<Buffer>((done) =>
      this.#client.getData(`${ROOT}/${before}`, () => resolve(), done),
    ).catch((error: Exception) => {
      if (error.getCode() !== zookeeper.Exception.NO_NODE) throw error
      return undefined
    })
    return name === undefined ? this.predecessor() : { name: String(name), gone }
  }
}

function promised<T>(call: (done: (error: Error | Exception | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)))
  })
}
