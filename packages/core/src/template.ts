import { dirname } from 'node:path'
import type { ConfigureOptions, ILoader } from 'nunjucks'
import { isEndless, placesOf, templateFailed, templatesInCircle } from './errors-template.ts'
import { circleOf } from './template-circle.ts'
import { TemplateNames, type TemplateSubject } from './template-names.ts'
import { findFileReferences, findReferences } from './template-references.ts'

export interface TemplateTarget extends TemplateSubject {
  /** What the text is, for errors: a file's path, or the option's text. */
  readonly where: string
  /** Path of the file that holds the text, when there is one: includes are found beside it. */
  readonly file?: string
}

/**
 * Renders a template with a driver's attributes; what is not defined is an error, never an empty string.
 *
 * @throws TEMPLATE_SYNTAX, TEMPLATE_FAILED, ATTRIBUTE_UNKNOWN, ATTRIBUTE_NOT_READY, UNKNOWN_DRIVER
 */
export async function render(text: string, target: TemplateTarget): Promise<string> {
  const nunjucks = (await import('nunjucks')).default
  const { file, where } = target
  const references = await (file === undefined ? findReferences(text, where) : findFileReferences(text, file))
  const names = new TemplateNames(target, references)
  const loader = file === undefined ? null : new nunjucks.FileSystemLoader(dirname(file))
  const options: ConfigureOptions = { autoescape: false, throwOnUndefined: true }
  const environment = new nunjucks.Environment(loader as ILoader | null, options) as unknown as {
    globals: object
    filters: object
  }
  environment.globals = names.asGlobals(environment.globals as Record<string, unknown>)
  environment.filters = names.asFilters(environment.filters)
  try {
    names.refuseObjectMembers()
    return new nunjucks.Template(text, environment as never, where, true).render()
  } catch (error) {
    const circle = file !== undefined && isEndless(error) ? circleOf(file, references.files) : undefined
    if (circle !== undefined) throw templatesInCircle(where, circle)
    if (names.thrown === undefined) names.noteMissing(placesOf(where, error))
    throw templateFailed(where, names.thrown ?? error, names.place)
  }
}
