import { type Answer, coversLoopback, leasePort, type PortLease } from '@testrig/core'
import type { PortOption } from './app-options.ts'
import { ambiguousPort, unknownPort } from './errors.ts'
import type { Execution } from './execution.ts'
import type { ListeningPort } from './listening-ports.ts'
import type { Readiness } from './readiness.ts'

/** A port that the program is to have, and no other. */
export interface GivenPort {
  readonly name: string
  readonly port: number
}

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

  /** A port by number or name; undefined as long as it is to be discovered. @throws APP_PORT_UNKNOWN */
  resolve(port: number | string, label: string): number | undefined {
    if (typeof port === 'number') return port
    if (!Object.hasOwn(this.#options, port)) throw unknownPort(label, port, this.names)
    return this.#known.get(port)
  }

  /** Makes sure that conditions name ports that there are. @throws APP_PORT_UNKNOWN */
  checkNames(readiness: readonly Readiness[], label: string): void {
    for (const each of readiness)
      if ('port' in each && typeof each.port === 'string') this.resolve(each.port, label)
  }

  /** Ports that are given as numbers, each once; without those that a condition asks for on another address. */
  given(readiness: readonly Readiness[]): readonly GivenPort[] {
    const found = new Map<number, GivenPort>()
    for (const [name, port] of Object.entries(this.#options)) {
      if (typeof port !== 'number' || found.has(port)) continue
      if (!readiness.some((each) => asksElsewhere(each, name))) found.set(port, { name, port })
    }
    return [...found.values()]
  }

  /** Whether the port can be read before the program has started; without a name, whether all can. */
  isEarly(name: string | undefined): boolean {
    if (name === undefined) return this.sought === undefined
    return Object.hasOwn(this.#options, name) && this.#options[name] !== 'discover'
  }

  /** Allocates ports; gives their leases. */
  async allocate(): Promise<readonly PortLease[]> {
    const names = this.names.filter((name) => this.#options[name] === 'auto')
    return Promise.all(
      names.map(async (name) => {
        const lease = await leasePort()
        this.#known.set(name, lease.port)
        return lease
      }),
    )
  }

  /** Looks for the port that a program listens on beside those that are known. @throws APP_PORT_AMBIGUOUS */
  async discover(execution: Execution | undefined, label: string): Promise<Answer> {
    const { sought } = this
    if (sought === undefined) return true
    const listening = await execution?.listening()
    if (listening === undefined) return 'the program has ended'
    const [first, ...others] = this.#unknown(listening)
    if (first === undefined) return 'it listens on no further TCP port'
    if (others.length > 0) throw ambiguousPort(label, sought, [first, ...others])
    this.#known.set(sought, first.port)
    return true
  }

  /** Forgets the port that an earlier start found. */
  forget(): void {
    if (this.sought !== undefined) this.#known.delete(this.sought)
  }

  /** What is not known yet, each port once although it may be open on several addresses. */
  #unknown(listening: readonly ListeningPort[]): readonly ListeningPort[] {
    const others = [...this.#known].filter(([name]) => name !== this.sought).map(([, port]) => port)
    return listening.filter(
      ({ port }, index, all) =>
        !others.includes(port) && all.findIndex((each) => each.port === port) === index,
    )
  }
}

/** Whether a condition asks for the port on an address where a server of 127.0.0.1 does not answer. */
function asksElsewhere(condition: Readiness, name: string): boolean {
  if (!('kind' in condition) || condition.kind !== 'tcp') return false
  const { port, host } = condition
  return port === name && typeof host === 'string' && !coversLoopback(host)
}
