/** A command as it would be typed, an argument a line once it is long. */
export function commandLine(command: readonly string[]): string {
  const words = command.map(quoted)
  const line = words.join(' ')
  if (line.length <= 60) return line
  return words.reduce((text, word, index) => {
    // A value stays with the option before it.
    const isValue = command[index - 1]?.startsWith('-') === true && !word.startsWith('-')
    return `${text}${isValue ? ' ' : ' \\\n  '}${word}`
  })
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
