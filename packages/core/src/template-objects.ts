/** What a template gets of an object. */
export interface Look {
  /** For a property that is there, with its value. */
  found(key: string, value: unknown): unknown
  /** For one that is not. */
  missing(key: string): unknown
}

/** Shows an object to a template so that each look at a property is told of. */
export function observed(value: object, look: Look): object {
  const read = (key: string | symbol) => {
    const found: unknown = Reflect.get(value, key)
    // Maps, dates and others have inner values, which their methods find only on themselves.
    return typeof found === 'function' && !Array.isArray(value) && !Object.hasOwn(value, key)
      ? found.bind(value)
      : found
  }
  return new Proxy(standInFor(value), {
    get: (_standIn, key) => {
      if (typeof key === 'symbol') return read(key)
      return has(value, key) ? look.found(key, read(key)) : look.missing(key)
    },
    has: (_standIn, key) => key in value,
    ownKeys: () => Reflect.ownKeys(value),
    getOwnPropertyDescriptor: (standIn, key) =>
      Reflect.getOwnPropertyDescriptor(standIn, key) ?? configurable(value, key),
  })
}

/** Whether it has no class, also when it was made in another context of node:vm, as a test may be. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** A proxy of a frozen object could give only what is in it, not what tells of the next look. */
function standInFor(value: object): object {
  return Array.isArray(value) ? new Array(value.length) : Object.create(Object.getPrototypeOf(value))
}

function has(value: object, key: string): boolean {
  if (isPlain(value)) return Object.hasOwn(value, key)
  return key in value || (Array.isArray(value) && /^\d+$/.test(key) && Number(key) < value.length)
}

function configurable(value: object, key: string | symbol): PropertyDescriptor | undefined {
  const descriptor = Reflect.getOwnPropertyDescriptor(value, key)
  return descriptor && { ...descriptor, configurable: true }
}
