const COMMON: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
])

/** Whether it is a method that Node.js can send and receive, in upper case. */
export function isMethod(name: string): boolean {
  // Asked only for rare methods, as node:http takes long to load.
  return COMMON.has(name) || process.getBuiltinModule('node:http').METHODS.includes(name)
}
