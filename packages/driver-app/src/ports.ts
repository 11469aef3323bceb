import { leasePort, type PortLease } from '@testrig/core'
import type { PortOption } from './app-options.ts'
import type { ListeningPort } from './listening-ports.ts'

/** The ports of one program: given, allocated, or still to be discovered. */
export class Ports {
  readonly #options: Readonly<Record<string, PortOption>>
  readonly #known = new Map<string, number>()

  constructor(options: Readonly<Record<string, PortOption>>) {
    this.#options = options
    for (const [name, port] of Object.entries(options))
      if (typeof port === 'number') this.#known.set(name, port)
  }

  get names(): readonly string[] {
    return Object.keys(this.#options)
  }

  /** Name of the port to discover. */
  get sought(): string | undefined {
    return this.names.find((name) => this.#options[name] === 'discover')
  }

  get known(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#known)
  }

  get(name: string): number | undefined {
    return this.#known.get(name)
  }

  /** Whether the port can be read before the program has started. */
  isEarly(name: string | undefined): boolean {
    return name !== undefined && Object.hasOwn(this.#options, name) && this.#options[name] !== 'discover'
  }

  /** Allocates ports; gives their leases. */
  async allocate(): Promise<readonly PortLease[]> {
    const names = this.names.filter((name) => this.#options[name] === 'auto')
    return Promise.all(
      names.map(async (name) => {
        const lease = await leasePort({ host: '127.0.0.1' })
        this.#known.set(name, lease.port)
        return lease
      }),
    )
  }

  /** What a program listens on beside the ports that are known. */
  candidates(listening: readonly ListeningPort[]): readonly ListeningPort[] {
    const others = [...this.#known].filter(([name]) => name !== this.sought).map(([, port]) => port)
    return listening.filter(
      ({ port }, index, all) =>
        !others.includes(port) && all.findIndex((each) => each.port === port) === index,
    )
  }

  discovered(name: string, port: number): void {
    this.#known.set(name, port)
  }

  /** Forgets the port that an earlier start found. */
  forget(): void {
    if (this.sought !== undefined) this.#known.delete(this.sought)
  }
}
