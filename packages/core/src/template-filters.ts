type Filter = (this: unknown, input: unknown, ...others: readonly unknown[]) => unknown

/** Filters that say themselves what stands for what has no value, and those that do so for null. */
const TAKE_NOTHING = new Set(['default', 'd'])
const TAKE_NULL = new Set(['dump', 'int', 'float'])

/** Filters of texts, which make an empty text of `false` and fail for a number. */
const OF_TEXTS = new Set(['capitalize', 'lower', 'replace', 'title', 'trim', 'truncate', 'upper'])

/** The filters of nunjucks, which would go on with an empty text for what has no value. */
export function strictFilters(filters: object, without: (filter: string, input: unknown) => Error): object {
  return new Proxy(filters, {
    get: (all, name) => {
      const filter: unknown = Reflect.get(all, name)
      if (typeof filter !== 'function' || typeof name === 'symbol' || TAKE_NOTHING.has(name)) return filter
      return strict(name, filter as Filter, without)
    },
  })
}

function strict(name: string, filter: Filter, without: (filter: string, input: unknown) => Error): Filter {
  return function (input, ...others) {
    if (input === undefined || (input === null && !TAKE_NULL.has(name))) throw without(name, input)
    const isText = OF_TEXTS.has(name) && (typeof input === 'boolean' || typeof input === 'number')
    return filter.call(this, isText ? String(input) : input, ...others)
  }
}
