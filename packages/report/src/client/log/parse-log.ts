import { createAnsiSequenceParser } from 'ansi-sequence-parser'

/** A piece of a line in one look. */
export interface Span {
  readonly text: string
  /** Classes of its colours and weight; empty when it has none. */
  readonly look: string
}

/** A line of a log. */
export interface LogLine {
  /** What is searched: the text without any escape sequence. */
  readonly text: string
  readonly spans: readonly Span[]
}

// Sequences that move the cursor, clear, set titles or links: everything that begins with ESC but colours.
const OTHER_SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[PX^_][^\u001b]*\u001b\\|\u001b\[(?![\d;]*m)[0-?]*[ -/]*[@-~]|\u001b[()*+\-./].|\u001b[^[\]PX^_]/gs
// biome-ignore lint/suspicious/noControlCharactersInRegex: they have no look of their own
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Takes a log apart into lines, with the colours that its program gave them. */
export function parseLog(text: string): readonly LogLine[] {
  const parser = createAnsiSequenceParser()
  const lines = text.replace(/\r\n/g, '\n').replace(OTHER_SEQUENCES, '').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => {
    // A line that is written again and again, such as a progress bar, ends up as its last version.
    const spans = parser.parse(line.replace(/^.*\r(?=.)/s, '')).map(span)
    return { text: spans.map((each) => each.text).join(''), spans }
  })
}

type Token = ReturnType<ReturnType<typeof createAnsiSequenceParser>['parse']>[number]

function span({ value, foreground, background, decorations }: Token): Span {
  const isReversed = decorations.has('reverse')
  const [front, back] = isReversed ? [background, foreground] : [foreground, background]
  const look = [
    colour('fg', front),
    colour('bg', back),
    isReversed && !front && !back ? 'reversed' : '',
    ...['bold', 'dim', 'italic', 'underline', 'strikethrough'].filter((name) =>
      decorations.has(name as 'bold'),
    ),
  ]
  return { text: value.replace(CONTROL, ''), look: look.filter((part) => part !== '').join(' ') }
}

// The sixteen named colours are taken from the page, where they can be read. Others would be only by chance.
const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

function colour(side: 'fg' | 'bg', given: Token['foreground']): string {
  if (given?.type === 'named') return `${side}-${given.name.replace('bright', '').toLowerCase()}`
  if (given?.type === 'table' && given.index < 16) return `${side}-${NAMES[given.index % 8]}`
  return ''
}
