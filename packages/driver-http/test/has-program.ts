import { execFileSync } from 'node:child_process'

/** Whether the program runs here. */
export function hasProgram(name: string, argument: string): boolean {
  try {
    execFileSync(name, [argument], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
