import { asContextValue, type ContextValue, contextValueKind, isContextValue } from './context-value.ts'
import { Opaque } from './opaque.ts'

/** Builds text around context values: interpolate`http://${service.host}:${service.port}/`. */
export function interpolate(
  strings: TemplateStringsArray,
  ...values: readonly unknown[]
): ContextValue<string> {
  const kinds = values.map((value) => (isContextValue(value) ? contextValueKind(value) : undefined))
  const describe = () =>
    `interpolate\`${join(
      strings,
      values.map((value, index) => kinds[index]?.describe() ?? value),
    )}\``
  return asContextValue<string>(new Opaque(describe), {
    describe,
    references: async (scope) =>
      (await Promise.all(kinds.map((kind) => kind?.references(scope) ?? []))).flat(),
    resolve: async (scope) => {
      const resolved = values.map((value, index) =>
        kinds[index] === undefined ? value : kinds[index].resolve(scope),
      )
      return join(strings, await Promise.all(resolved))
    },
  })
}

function join(strings: readonly string[], values: readonly unknown[]): string {
  return strings.map((text, index) => text + (index < values.length ? String(values[index]) : '')).join('')
}
