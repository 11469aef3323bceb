import type { PlainValue } from '../attributes.ts'
import type { Phase } from '../run.ts'
import type { DriverState } from '../state.ts'

/** Version of the form below: raised when a reader of an older one would go wrong. */
export const DRIVER_INFO_VERSION = 1

/** What `report.json` holds: the environments of a test run, how their drivers are connected, and which tests used them. */
export interface DriverInfoReport {
  readonly version: typeof DRIVER_INFO_VERSION
  /** When it was written, ISO 8601. */
  readonly createdAt: string
  readonly environments: readonly EnvironmentInfo[]
  readonly tests: readonly TestInfo[]
}

/** One environment that ran: from its first start to its stop. Times are milliseconds since the epoch. */
export interface EnvironmentInfo {
  /** Tells it from all others, also from those of other workers, shards and runs. */
  readonly id: string
  readonly scope: 'test' | 'file' | 'worker' | 'run'
  /** Test files that used it, relative to the root; empty outside tests. */
  readonly files: readonly string[]
  readonly startedAt: number
  /** When the last driver of the start was up, or had failed. */
  readonly readyAt: number
  /** Both missing when it still ran as this was taken. */
  readonly stopStartedAt?: number
  readonly stoppedAt?: number
  /** In the order of their declaration; those that nobody asked for are idle. */
  readonly drivers: readonly DriverInfo[]
  /** When connections were looked at; empty when that could not be done. */
  readonly sampledAt: readonly number[]
  /** What custom connections added that is no driver. */
  readonly externals: readonly ExternalNode[]
  readonly edges: readonly ConnectionEdge[]
  /** The chain of drivers that the start took its time from, first to last. */
  readonly criticalPath: readonly string[]
  /** Messages of failed starts and stops. */
  readonly failures: readonly string[]
}

/** A node of the chart that is no driver of the environment. */
export interface ExternalNode {
  readonly name: string
  /** What it is, below its name. */
  readonly label?: string
}

export interface DriverInfo {
  readonly name: string
  readonly className: string
  /** The state that it ended up in before the environment was stopped. */
  readonly state: DriverState
  /** Why it is not up. */
  readonly failure?: string
  /** The published attributes; values that look like secrets are masked. */
  readonly attributes: Readonly<Record<string, PlainValue>>
  /** The command line of a driver that runs a program, masked likewise. */
  readonly command?: readonly string[]
  /** Of the whole process tree, as far as it was seen. */
  readonly pids?: readonly number[]
  /** Where it listens, with or without a peer: `tcp://127.0.0.1:5432`. */
  readonly listening: readonly string[]
  /** What kept the connections from being seen, such as a process of another user. */
  readonly problems: readonly string[]
  readonly start: readonly Phase[]
  /** When each condition of the start came to hold. */
  readonly conditions: readonly { readonly name: string; readonly at: number }[]
  readonly stop: readonly Phase[]
  readonly logs: readonly LogInfo[]
}

export interface LogInfo {
  /** Such as `stdout`. */
  readonly stream: string
  readonly path: string
  /** The end of the log, masked; all of it when nothing is omitted. */
  readonly text: string
  /** Bytes before the text. */
  readonly omitted: number
}

/**
 * How two nodes are connected. It points from the side that connects, uses or writes to the side that listens, is used
 * or reads. What is declared and what is observed between the same two nodes is one edge; where the two point
 * differently, the edge points as it is declared, and the observed link is `reversed`.
 */
export interface ConnectionEdge {
  readonly from: string
  readonly to: string
  /** Attributes of `to` that `from` was given as context values. */
  readonly values: readonly ValueLink[]
  /** Whether `to` had to be up before `from` started. */
  readonly dependency: boolean
  /** What extractors found; empty on a declared edge that was never observed. */
  readonly observed: readonly ObservedLink[]
}

export interface ValueLink {
  /** Such as `port` or `ports.peer`; `*` where it cannot be told before the start. */
  readonly attribute: string
  /** Where it is used: an option, or a file with a line. */
  readonly origin: string
}

export interface ObservedLink {
  /** Such as `tcp` or `file`. */
  readonly protocol: string
  /** By what the two were joined: `tcp://5432`. */
  readonly connection: string
  /** Set when it goes from `to` to `from` only, such as a file that `to` writes and `from` reads. */
  readonly reversed?: true
  /** What each side is known by, such as its port or `Write`. */
  readonly fromEnds: readonly string[]
  readonly toEnds: readonly string[]
}

/** A test with the drivers that it used. */
export interface TestInfo {
  /** Names of its suites and its own. */
  readonly name: readonly string[]
  /** Path of its file, relative to the root. */
  readonly file: string
  /** Name of the Vitest project; empty when there is one only. */
  readonly project: string
  readonly state: 'passed' | 'failed' | 'skipped'
  /** Milliseconds. */
  readonly duration: number
  /** Messages of what failed. */
  readonly errors: readonly string[]
  /** The drivers used, with the environment that they belong to. */
  readonly used: readonly { readonly environment: string; readonly drivers: readonly string[] }[]
}
