import { render } from 'preact'
import { App } from './app.tsx'
import { FONTS } from './chart/text-width.ts'
import { readModel } from './model.ts'

/** Names are measured before they are drawn, in the font that they are drawn in. */
async function draw(root: HTMLElement): Promise<void> {
  const model = readModel()
  await Promise.allSettled(Object.values(FONTS).map((font) => document.fonts.load(font)))
  render(<App model={model} />, root)
}

const root = document.getElementById('app')
if (root) draw(root)
