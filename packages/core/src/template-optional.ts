/** A path by its parts; undefined stands for one that is known only when the template is rendered. */
type Pattern = readonly (string | undefined)[]

/** What a template allows to be missing, by `is defined` or `default`. */
export class OptionalPaths {
  readonly #patterns: Pattern[] = []
  readonly #locals: ReadonlySet<string>

  /** `locals` are the names of the template's own variables, also those that it is yet to declare. */
  constructor(locals: ReadonlySet<string>) {
    this.#locals = locals
  }

  add(pattern: Pattern): void {
    this.#patterns.push(pattern)
  }

  /** Whether a dotted path may be missing. */
  has(path: string): boolean {
    return this.#patterns.some((pattern) => pattern.join('.') === path || this.#matches(pattern, path))
  }

  /** The same for a property of an object, which may be the one that an expression such as `each[key]` reads. */
  hasProperty(path: string): boolean {
    return this.has(path) || this.#patterns.some((pattern) => pattern.length > 1 && this.#isOpen(pattern))
  }

  #matches(pattern: Pattern, path: string): boolean {
    if (this.#isOpen(pattern)) return false
    const [root, ...rest] = pattern
    const parts = [this.#isLoose(root) ? undefined : root, ...rest]
    return new RegExp(`^${parts.map(partExpression).join('\\.')}$`, 's').test(path)
  }

  /** Whether nothing tells what it reads. */
  #isOpen([root, ...rest]: Pattern): boolean {
    return this.#isLoose(root) && rest.every((part) => part === undefined)
  }

  /** Of a variable of the template's own it is known what is read of it, and not what it stands for. */
  #isLoose(root: string | undefined): boolean {
    return root === undefined || this.#locals.has(root)
  }
}

function partExpression(part: string | undefined): string {
  return part?.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&') ?? '.+'
}
