import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { type BundledPackage, bundledPackages } from './bundled-packages.ts'

// This module stands for `#page-assets` where the package runs from its sources. What is published has a module in its
// place that scripts/build.ts writes: the same function, with the texts in it.

/** What the page is made of, beside the data. */
export interface PageAssets {
  readonly script: string
  readonly style: string
  /** The packages whose code or fonts are in it. */
  readonly packages: readonly BundledPackage[]
}

const PARTS = ['base', 'layout', 'overview', 'chart', 'timeline', 'driver', 'log']
const FONTS = [
  ['Plex Sans', '100 700', '@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2'],
  ['Plex Mono', '400', '@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2'],
] as const

const require = createRequire(import.meta.url)
let made: Promise<PageAssets> | undefined

/** Bundles the page's script and style, once. */
export function pageAssets(): Promise<PageAssets> {
  made ??= bundled()
  return made
}

async function bundled(): Promise<PageAssets> {
  const [{ code, modules }, style] = await Promise.all([bundledScript(), joinedStyle()])
  const fonts = FONTS.map(([, , file]) => require.resolve(file))
  const packages = await bundledPackages([...modules, ...fonts])
  const names = packages.map(({ name, version, licence }) => `${name} ${version} (${licence})`)
  return { script: `/*! Contains ${names.join(', ')} */\n${code}`, style, packages }
}

async function bundledScript(): Promise<{ readonly code: string; readonly modules: readonly string[] }> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('./client/main.tsx', import.meta.url)),
    platform: 'browser',
    transform: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    onLog(_level, log) {
      throw new Error(log.message)
    },
  })
  try {
    const { output } = await bundle.generate({ format: 'iife', minify: true, comments: false })
    return { code: withoutScriptTags(output[0].code), modules: output[0].moduleIds }
  } finally {
    await bundle.close()
  }
}

/** Within a script element, the text of its own end and of a comment's begin must not occur. */
function withoutScriptTags(code: string): string {
  return code.replace(/<(?=\/script|!--|script)/gi, '\\x3c')
}

async function joinedStyle(): Promise<string> {
  const parts = await Promise.all([
    ...FONTS.map(([family, weight, file]) => fontFace(family, weight, file)),
    ...PARTS.map((name) => readFile(new URL(`./client/styles/${name}.css`, import.meta.url), 'utf8')),
  ])
  return parts.join('\n')
}

async function fontFace(family: string, weight: string, file: string): Promise<string> {
  const font = await readFile(require.resolve(file), 'base64')
  return `@font-face{font-family:'${family}';font-weight:${weight};src:url(data:font/woff2;base64,${font}) format('woff2')}`
}
