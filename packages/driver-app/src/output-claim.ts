import { outputShared } from './errors.ts'

/** Who writes to which file. */
const writers = new Map<string, string>()

/**
 * Claims a file for the output of a program, as two that write one file would be taken for one another; gives what ends
 * the claim.
 *
 * @throws APP_OUTPUT_SHARED when another program of this process writes to it
 */
export function claimOutput(path: string, label: string): () => void {
  const other = writers.get(path)
  if (other !== undefined) throw outputShared(label, path, other)
  writers.set(path, label)
  return () => void writers.delete(path)
}
