import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { brokenAnchors } from '../scripts/docs-anchors.ts'
import { brokenQuotes, quoted, quotes } from '../scripts/docs-quotes.ts'
import { throwawayFolder } from './throwaway-folder.ts'

const workspace = resolve(import.meta.dirname, '..')

describe('quotes', () => {
  test('every file and region that the documentation quotes is there', () => {
    expect(quotes(workspace).length).toBeGreaterThan(20)
    expect(brokenQuotes(workspace)).toEqual([])
  })

  test('a file or region that is gone is reported with its place', () => {
    const root = throwawayFolder({
      'examples/a/code.ts': '// #region kept\nconst a = 1\n// #endregion kept\n// #region open\n',
      'docs/guide/page.md': [
        '<<< @/../examples/a/code.ts#kept',
        '<<< @/../examples/a/code.ts#kept{2}',
        '<<< ../../examples/a/code.ts',
        '<<< @/../examples/a/code.ts#gone',
        '<<< @/../examples/a/code.ts#open',
        '<<< @/../examples/b/code.ts',
        '```md',
        '<<< @/in/a/code/block.ts',
        '```',
      ].join('\n'),
    })
    expect(brokenQuotes(root)).toEqual([
      'docs/guide/page.md:4: examples/a/code.ts has no region `gone`; it has kept, open',
      'docs/guide/page.md:5: examples/a/code.ts has no region `open`; it has kept, open',
      'docs/guide/page.md:6: there is no file examples/b/code.ts',
    ])
  })

  test('a code block of a README must equal what it quotes', () => {
    const page = (code: string) => `<!-- quote: code.ts#part -->\n\n\`\`\`ts\n${code}\n\`\`\`\n`
    const root = throwawayFolder({
      'code.ts': '  // #region part\n  const a = 1\n  // #endregion part\n',
      'README.md': page('const a = 1'),
      'packages/core/README.md': page('const a = 2'),
    })
    expect(brokenQuotes(root)).toEqual([
      'packages/core/README.md:1: the code block is not what code.ts#part says:\nconst a = 1',
    ])
  })

  test('a region is quoted without marks and without its indentation', () => {
    const root = throwawayFolder({
      'code.ts':
        'x\n  // #region a\n  if (b) {\n    // #region c\n    d()\n    // #endregion c\n  }\n  // #endregion a\n',
    })
    expect(quoted(resolve(root, 'code.ts'), 'a')).toBe('if (b) {\n  d()\n}')
    expect(quoted(resolve(root, 'code.ts'), 'none')).toBeUndefined()
  })
})

test('a link of the site to a heading that is gone is reported with its page', () => {
  const site = throwawayFolder({
    'errors.html': '<h3 id="KEPT">KEPT</h3> <a href="#KEPT">self</a>',
    'guide/page.html': [
      '<h2 id="here">Here</h2>',
      '<a href="#here">1</a> <a class="x" href="/errors#KEPT">2</a> <a href="../errors#GONE">3</a>',
      '<a href="/errors">4</a> <a href="https://example.com/#x">5</a> <a href="#there">6</a> <a href="/lost#x">7</a>',
    ].join('\n'),
  })
  expect(brokenAnchors(site)).toEqual([
    'guide/page.html: ../errors#GONE',
    'guide/page.html: #there',
    'guide/page.html: /lost#x',
  ])
})
