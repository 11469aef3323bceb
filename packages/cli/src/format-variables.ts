import { noDotenvForm } from './errors.ts'

type Variables = Readonly<Record<string, string>>

/** The forms in which variables can be printed. @throws CLI_FORMAT */
export const FORMATS = {
  shell: (variables: Variables): string =>
    linesOf(variables, (name, value) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`),
  dotenv: (variables: Variables): string =>
    linesOf(variables, (name, value) => `${name}=${dotenv(name, value)}`),
  json: (variables: Variables): string => `${JSON.stringify(variables, undefined, 2)}\n`,
} as const

export type Format = keyof typeof FORMATS

function linesOf(variables: Variables, line: (name: string, value: string) => string): string {
  return Object.entries(variables)
    .map(([name, value]) => `${line(name, value)}\n`)
    .join('')
}

/** Plain where it can be, as some readers of such files know no quotes; between double quotes `\n` is a line's end. */
function dotenv(name: string, value: string): string {
  if (/^[\w./:@%+,=-]+$/.test(value)) return value
  if (!value.includes("'")) return `'${value}'`
  if (!/["\\]/.test(value)) return `"${value}"`
  if (!value.includes('`')) return `\`${value}\``
  throw noDotenvForm(name)
}
