import { appendFile } from 'node:fs/promises'

type Properties = Readonly<Record<string, string | number | boolean>>

/** Adds properties to a file; of several for one key, the last counts. Source: java.util.Properties, load(Reader). */
export async function addProperties(path: string, properties: Properties): Promise<void> {
  const lines = Object.entries(properties).map(
    ([key, value]) => `${escapedKey(key)}=${escapedValue(String(value))}`,
  )
  if (lines.length > 0) await appendFile(path, `\n${lines.join('\n')}\n`)
}

/** The properties of a text, with escapes as they stand there. */
export function readProperties(text: string): ReadonlyMap<string, string> {
  const lines = text.replaceAll(/\\\r?\n\s*/g, '').split(/\r?\n/)
  const entries = lines.flatMap((line) => {
    const { key, value = '' } =
      /^\s*(?<key>[^#!\s=:][^\s=:]*)\s*[=:]?\s*(?<value>.*)$/.exec(line)?.groups ?? {}
    return key === undefined ? [] : [[key, value.trim()] as const]
  })
  return new Map(entries)
}

function escapedKey(key: string): string {
  return inOneLine(key.replaceAll(/[\\ \t=:#!]/g, (character) => `\\${character}`))
}

function escapedValue(value: string): string {
  return inOneLine(value.replaceAll(/\\|^[ \t]/g, (character) => `\\${character}`))
}

/** Line ends, and what is not ASCII, as escapes. */
function inOneLine(text: string): string {
  return text.replaceAll(
    /[^\t\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
