import { processesWith } from './processes.ts'

export interface Trial {
  /** Variables for the programs of the trial, by which all of their processes are found. */
  readonly env: Readonly<Record<string, string>>
  /** The processes of the trial that run. */
  processes(): readonly number[]
}

let count = 0

/** Marks the programs of one test; the mark has nothing to do with those that drivers make. */
export function trial(): Trial {
  count += 1
  const value = `${process.pid}-${count}-${performance.timeOrigin}`
  return { env: { TRIAL: value }, processes: () => processesWith(`TRIAL=${value}\0`) }
}
