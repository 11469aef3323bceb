/** Sends a signal to a process, or to the group of a negative id; tells whether there was one. */
export function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
