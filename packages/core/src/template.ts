import { dirname } from 'node:path'
import type { ConfigureOptions, ILoader, Environment as NunjucksEnvironment } from 'nunjucks'
import { attributeNames } from './attributes.ts'
import type { Scope } from './context-value.ts'
import type { Driver } from './driver.ts'
import { templateFailed, unknownTemplateName } from './errors.ts'
import { findReferences } from './template-references.ts'
import { TestrigError } from './testrig-error.ts'

export interface TemplateTarget {
  /** The driver whose attributes are the top-level names. */
  readonly driver: Driver
  readonly name: string
  readonly scope: Scope
  /** What the text is, for errors: a file's path, or the option's text. */
  readonly where: string
  /** Path of the file that holds the text, when there is one: includes are found beside it. */
  readonly file?: string
}

interface Rendering extends TemplateTarget {
  readonly optional: ReadonlySet<string>
  /** The first error of ours that a look-up threw: nunjucks keeps only its text. */
  thrown?: TestrigError
}

const CONSTANTS: Readonly<Record<string, unknown>> = { True: true, False: false, None: null }

/**
 * Renders a template with a driver's attributes; what is not defined is an error, never an empty string.
 *
 * @throws TEMPLATE_SYNTAX, TEMPLATE_FAILED, ATTRIBUTE_UNKNOWN, ATTRIBUTE_NOT_READY, UNKNOWN_DRIVER
 */
export async function render(text: string, target: TemplateTarget): Promise<string> {
  const nunjucks = (await import('nunjucks')).default
  const { optional } = await findReferences(text, target.where)
  const rendering: Rendering = { ...target, optional }
  const loader = target.file === undefined ? null : new nunjucks.FileSystemLoader(dirname(target.file))
  const options: ConfigureOptions = { autoescape: false, throwOnUndefined: true }
  const environment = new nunjucks.Environment(loader as ILoader | null, options)
  useNames(environment, rendering)
  try {
    return new nunjucks.Template(text, environment, target.where, true).render()
  } catch (error) {
    throw templateFailed(target.where, rendering.thrown ?? error, error)
  }
}

/** Makes the driver's attributes, `context` and the initial context the template's only global names. */
function useNames(environment: NunjucksEnvironment, rendering: Rendering): void {
  const globals = (environment as unknown as { globals: Record<string, unknown> }).globals
  const names = new Proxy(globals, {
    has: () => true,
    get: (own, key) =>
      typeof key === 'symbol' ? undefined : guarded(rendering, () => topLevel(rendering, own, key)),
  })
  ;(environment as unknown as { globals: unknown }).globals = names
}

function topLevel(rendering: Rendering, globals: Readonly<Record<string, unknown>>, key: string): unknown {
  const { driver, name, scope, optional } = rendering
  if (key === 'context') return contextObject(rendering)
  if (attributeNames(driver).includes(key)) return readable(rendering, name, [key])
  if (Object.hasOwn(scope.initialContext, key)) return scope.initialContext[key]
  if (Object.hasOwn(globals, key)) return globals[key]
  if (Object.hasOwn(CONSTANTS, key)) return CONSTANTS[key]
  if (optional.has(key)) return undefined
  throw unknownTemplateName(key, name, [
    ...attributeNames(driver),
    ...Object.keys(scope.initialContext),
    'context',
  ])
}

function contextObject(rendering: Rendering): unknown {
  const { scope } = rendering
  return lookup((key) => {
    if (Object.hasOwn(scope.initialContext, key)) return scope.initialContext[key]
    const driver = scope.driver(key)
    return lookup(
      (attribute) =>
        guarded(rendering, () => readable(rendering, scope.nameOf(driver), [attribute], `context.${key}.`)),
      rendering,
    )
  }, rendering)
}

function readable(rendering: Rendering, driver: string, path: readonly string[], prefix = ''): unknown {
  try {
    return rendering.scope.read(driver, path)
  } catch (error) {
    if (rendering.optional.has(prefix + path.join('.'))) return undefined
    throw error
  }
}

function lookup(get: (key: string) => unknown, rendering: Rendering): unknown {
  return new Proxy(Object.create(null), {
    get: (_target, key) => (typeof key === 'symbol' ? undefined : guarded(rendering, () => get(key))),
    has: () => true,
  })
}

function guarded<T>(rendering: Rendering, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof TestrigError) rendering.thrown ??= error
    throw error
  }
}
