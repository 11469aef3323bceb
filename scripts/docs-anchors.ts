// Finds links of the built site that lead to a heading that is not there: VitePress looks at pages only.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const LINK = /<a [^>]*?href="(?<page>[^"#:]*)#(?<anchor>[^"]+)"/g

/** The links to anchors that no page of the site has, a line each. */
export function brokenAnchors(site: string): readonly string[] {
  const anchors = new Map<string, ReadonlySet<string>>()
  const has = (page: string, anchor: string) => {
    const ids = anchors.get(page) ?? idsIn(join(site, page))
    anchors.set(page, ids)
    return ids.has(decodeURIComponent(anchor))
  }
  return globSync('**/*.html', { cwd: site }).flatMap((from) => {
    const links = readFileSync(join(site, from), 'utf8').matchAll(LINK)
    const broken = [...links].flatMap(({ groups: { page = '', anchor = '' } = {} }) =>
      has(page === '' ? from : fileOf(page, from), anchor) ? [] : [`${from}: ${page}#${anchor}`],
    )
    return [...new Set(broken)]
  })
}

/** The file of a page, as `cleanUrls` names it. */
function fileOf(page: string, from: string): string {
  const path = page.startsWith('/') ? page.slice(1) : join(from, '..', page)
  const file = path === '' || path.endsWith('/') ? `${path}index.html` : path
  return file.endsWith('.html') ? file : `${file}.html`
}

function idsIn(file: string): ReadonlySet<string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id))
}
