import { inspect } from 'node:util'
import { notDeclaredBefore } from './errors-declaring.ts'
import { references } from './reference.ts'

interface Named {
  readonly name: string
}

/** Stand-ins for the drivers declared before one, made when they are asked for; asking for another is an error. */
export function standIns(driver: string, earlier: readonly Named[]): object {
  const made: Record<string | symbol, unknown> = { [inspect.custom]: () => ({ ...stands }) }
  let asked: ReadonlySet<unknown> | undefined
  const isKnown = (key: unknown) => asked?.has(key) ?? has(earlier, key)
  const standIn = (key: string) => {
    if (!Object.hasOwn(made, key)) made[key] = references(key)
    return made[key]
  }
  const stands: object = new Proxy(made, {
    get: (_, key) => {
      if (typeof key === 'symbol') return Reflect.get(made, key)
      if (isKnown(key)) return standIn(key)
      if (key in made) return Reflect.get(made, key)
      throw notDeclaredBefore(key, driver, namesOf(earlier))
    },
    has: (_, key) => isKnown(key) || key in made,
    ownKeys: () => {
      asked = new Set(namesOf(earlier)) // What lists the keys asks about each of them.
      return namesOf(earlier)
    },
    getOwnPropertyDescriptor: (_, key) => {
      if (typeof key === 'symbol' || !isKnown(key)) return undefined
      return { configurable: true, enumerable: true, value: standIn(key) }
    },
  })
  return stands
}

export function namesOf(declared: readonly Named[]): string[] {
  return declared.map(({ name }) => name)
}

export function has(declared: readonly Named[], name: unknown): boolean {
  return declared.some((each) => each.name === name)
}
