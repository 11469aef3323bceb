import { errorCode } from './error-code.ts'

export interface PortChoice {
  /** The port asked for; 0 lets the system choose. */
  readonly port: number
  /** What the system chose the last time; 0 when it has not chosen yet. */
  readonly last: number
}

/** Listens on a port; where the system may choose, on the one of the last time, unless somebody has taken that since. */
export async function listenAgain<L>(
  { port, last }: PortChoice,
  listen: (port: number) => L | Promise<L>,
): Promise<L> {
  if (port !== 0 || last === 0) return listen(port)
  try {
    return await listen(last)
  } catch (error) {
    // Drivers word the error of the system, which is the cause of theirs.
    if (errorCode((error as Error).cause) !== 'EADDRINUSE') throw error
    return listen(0)
  }
}
