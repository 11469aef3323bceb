// Finds quotations of code that is not there: VitePress shows a whole file in place of a region that is gone, and says
// nothing. In a README, whose readers see no includes, a code block with a mark before it must equal what it quotes.
//
//   <<< @/../examples/fx-converter/test/environment.ts#environment        (pages below docs/)
//   <!-- quote: examples/guide/test/app.test.ts#test -->                     (any Markdown file, before a code block)
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

interface Quote {
  readonly page: string
  readonly line: number
  readonly file: string
  readonly region: string | undefined
  /** The text that stands in the page; undefined for an include. */
  readonly text?: string
}

const PAGES = ['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md']
const NOT_OURS = ['**/node_modules/**', 'docs/api/**', 'docs/.vitepress/**']
const INCLUDE = /^<<< ?(?<path>\S+?)(?:#(?<region>[\w-]+))?(?: ?\{.*\})?(?: ?\[.*\])?$/
const MARK = /^<!-- quote: (?<path>\S+?)(?:#(?<region>[\w-]+))? -->$/
const REGION = /^(?:\/\/|#|<!--) ?#?(?<end>end)?region (?<name>[\w-]+)(?: -->)?$/

/** What is wrong with the quotations of a workspace, a line each; empty when all is well. */
export function brokenQuotes(root: string): readonly string[] {
  return quotes(root).flatMap((quote) => {
    const problem = problemOf(root, quote)
    return problem === undefined ? [] : [`${quote.page}:${quote.line}: ${problem}`]
  })
}

/** All quotations of a workspace. */
export function quotes(root: string): readonly Quote[] {
  const pages = PAGES.flatMap((pattern) => globSync(pattern, { cwd: root, exclude: NOT_OURS }))
  return pages.sort().flatMap((page) => quotesIn(page, readFileSync(join(root, page), 'utf8')))
}

/** The text of a file, or of a region of it without its marks; undefined when there is none. */
export function quoted(path: string, region: string | undefined): string | undefined {
  if (!existsSync(path) || !statSync(path).isFile()) return undefined
  const lines = readFileSync(path, 'utf8').split('\n')
  if (region === undefined) return lines.join('\n').trimEnd()
  const marks = lines.map((line) => REGION.exec(line.trim())?.groups)
  const start = marks.findIndex((mark) => mark?.name === region && mark.end === undefined)
  const end = marks.findIndex((mark, index) => index > start && mark?.name === region && mark.end === 'end')
  if (start === -1 || end === -1) return undefined
  return dedented(lines.slice(start + 1, end).filter((line) => !REGION.test(line.trim())))
}

function quotesIn(page: string, text: string): Quote[] {
  const lines = text.split('\n')
  const found: Quote[] = []
  let fence: string | undefined
  for (const [index, line] of lines.entries()) {
    const ticks = /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== undefined) {
      if (ticks?.startsWith(fence) && line.trim() === ticks) fence = undefined
      continue
    }
    fence = ticks
    const place = { page, line: index + 1 }
    const include = INCLUDE.exec(line.trimEnd())?.groups
    if (include !== undefined) found.push({ ...place, ...target(include, page) })
    const mark = MARK.exec(line.trim())?.groups
    if (mark !== undefined)
      found.push({ ...place, file: mark.path as string, region: mark.region, text: blockAfter(lines, index) })
  }
  return found
}

/** Where an include points: `@` is docs/, other paths start at the page. */
function target({ path = '', region }: Record<string, string | undefined>, page: string) {
  const file = path.startsWith('@/') ? join('docs', path.slice(2)) : join(dirname(page), path)
  return { file, region }
}

/** The content of the code block that follows a line. */
function blockAfter(lines: readonly string[], index: number): string {
  const start = lines.findIndex((line, at) => at > index && line.trim() !== '')
  const ticks = /^(`{3,})/.exec(lines[start] ?? '')?.[1]
  if (ticks === undefined) return ''
  const end = lines.indexOf(ticks, start + 1)
  return lines.slice(start + 1, end).join('\n')
}

function problemOf(root: string, { file, region, text }: Quote): string | undefined {
  const path = resolve(root, file)
  const shown = relative(root, path)
  if (!existsSync(path)) return `there is no file ${shown}`
  const source = quoted(path, region)
  if (source === undefined) return `${shown} has no region \`${region}\`; it has ${regionsOf(path)}`
  if (text === undefined || text === source) return undefined
  return `the code block is not what ${shown}${region === undefined ? '' : `#${region}`} says:\n${source}`
}

function regionsOf(path: string): string {
  const marks = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => REGION.exec(line.trim())?.groups)
  const names = marks.flatMap((mark) => (mark?.name === undefined || mark.end === 'end' ? [] : [mark.name]))
  return names.length === 0 ? 'none' : names.join(', ')
}

function dedented(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/))
  const indent = Math.min(...indents)
  return lines
    .map((line) => line.slice(indent))
    .join('\n')
    .trim()
}
