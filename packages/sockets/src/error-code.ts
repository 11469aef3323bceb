/** The code of an error, such as `ECONNREFUSED`. */
export function errorCode(error: unknown): string | undefined {
  return (error as { readonly code?: string } | null | undefined)?.code
}
