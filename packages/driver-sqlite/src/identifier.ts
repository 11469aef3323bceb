/** A name in double quotes, so that it is no SQL whatever is in it. Source: SQLite, "SQLite Keywords". */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
