import type { TemplateTarget } from './template.ts'
import type { TemplateReferences } from './template-references.ts'

/** Renders a template; the modules for templates are loaded with the first one. */
export async function render(text: string, target: TemplateTarget): Promise<string> {
  const templates = await import('./template.ts')
  return templates.render(text, target)
}

/** Finds what a template reads, without rendering it. */
export async function findReferences(text: string, where: string): Promise<TemplateReferences> {
  const references = await import('./template-references.ts')
  return references.findReferences(text, where)
}

/** Finds what a template file reads, with the files that it includes, extends or imports. */
export async function findFileReferences(text: string, file: string): Promise<TemplateReferences> {
  const references = await import('./template-references.ts')
  return references.findFileReferences(text, file)
}
