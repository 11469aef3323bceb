import type { OpenFile } from './inspector.ts'

const SHOWN = new Set(['REG', 'FIFO', 'PIPE'])

/**
 * The files of processes by their ids, out of what `lsof -F pftan` prints: a line per field, a process from `p` on, a file
 * from `f` on. Source: lsof(8), "OUTPUT FOR OTHER PROGRAMS".
 */
export function parseOpenFiles(output: string): ReadonlyMap<number, readonly OpenFile[]> {
  const processes = output.split(/^p(?=\d+$)/m).slice(1)
  return new Map(
    processes.map((text) => {
      const [pid = '', ...files] = text.split(/\n(?:f|$)/)
      return [Number(pid), files.flatMap(openFile)] as const
    }),
  )
}

function openFile(text: string): readonly OpenFile[] {
  const [descriptor = '', ...fields] = text.split('\n')
  const field = (letter: string) => fields.find((line) => line.startsWith(letter))?.slice(1) ?? ''
  const [access, path] = [field('a').trim(), field('n')]
  if (!/^\d/.test(descriptor) || !SHOWN.has(field('t')) || !path.startsWith('/')) return []
  if (path.endsWith(' (deleted)')) return []
  return [{ path, reads: access !== 'w', writes: access === 'w' || access === 'u' }]
}
