/** Tells the user something; standard output is for what programs read. */
export function say(text: string): void {
  process.stderr.write(`testrig: ${text}\n`)
}
