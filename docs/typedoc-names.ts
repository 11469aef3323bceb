// A plugin of TypeDoc: names modules as they are imported, @testrig/core instead of core/src.
import { readFileSync } from 'node:fs'
import { type Application, Converter } from 'typedoc'

export function load(app: Application): void {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = importName(module.name)
  })
}

/** What imports `driver-app/src` or `vitest/src/plugin`, a path below packages/. */
function importName(path: string): string {
  const [folder, entry = ''] = path.split('/src')
  const manifest = new URL(`../packages/${folder}/package.json`, import.meta.url)
  const { name } = JSON.parse(readFileSync(manifest, 'utf8'))
  return name + entry
}
