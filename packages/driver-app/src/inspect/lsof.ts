import type { OpenFile } from './inspector.ts'

const SHOWN = new Set(['REG', 'FIFO', 'PIPE'])

/** Parses what `lsof -F ftan` prints: a line per field, a file from `f` on. Source: lsof(8), "OUTPUT FOR OTHER PROGRAMS". */
export function parseOpenFiles(output: string): readonly OpenFile[] {
  const files = output.split(/^f/m).slice(1)
  return files.flatMap((text) => {
    const [descriptor = '', ...fields] = text.split('\n')
    const field = (letter: string) => fields.find((line) => line.startsWith(letter))?.slice(1) ?? ''
    const [access, path] = [field('a').trim(), field('n')]
    if (!/^\d/.test(descriptor) || !SHOWN.has(field('t')) || !path.startsWith('/')) return []
    if (path.endsWith(' (deleted)')) return []
    return [{ path, reads: access !== 'w', writes: access === 'w' || access === 'u' }]
  })
}
