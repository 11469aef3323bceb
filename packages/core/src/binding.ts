import type { Scope } from './context-value.ts'

/** What ties a driver to its environment, or to itself when it runs alone. */
export interface Binding {
  /** The environment; a driver may be bound to it again and again. */
  readonly owner: object
  readonly name: string
  /** The directory for the driver; made when it is first read. */
  readonly runpath: string
  /** Whether the run is over: directories are then not made anew. */
  readonly over: boolean
  readonly scope: Scope
  /** Called when the driver fails after it had started. */
  onFailure(error: Error): void
  /** Ends a run that was the driver's own. */
  end?(failed: boolean): Promise<void>
}
