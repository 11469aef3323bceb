import { TestrigError } from '@testrig/core'

// All wording of errors of this package. Each code is explained in docs/errors.md.

export function fileUnreadable(label: string, option: string, path: string, cause: unknown): TestrigError {
  return new TestrigError(
    'TLS_INVALID',
    `${label}: option \`${option}\` is neither PEM text nor the path of a file that can be read: ${path} (${reasonOf(cause)}).`,
    { cause },
  )
}

export function keyAndCertificate(
  label: string,
  option: string,
  given: string,
  missing: string,
): TestrigError {
  return new TestrigError(
    'TLS_INVALID',
    `${label}: option \`${option}\` has a \`${given}\` without a \`${missing}\`, and neither is of use by itself. Give both; where one file has both, name it twice.`,
  )
}

export function unusable(label: string, option: string, cause: unknown): TestrigError {
  return new TestrigError(
    'TLS_INVALID',
    `${label}: option \`${option}\` cannot be used: ${reasonOf(cause)}. Check that \`key\`, \`cert\` and \`ca\` are PEM, and that the key is the one of the certificate.`,
    { cause },
  )
}

/** What an error says; OpenSSL's messages hold numbers of threads and lines, and the text as `reason`. */
function reasonOf(error: unknown): string {
  const { reason, code, message } = error as { reason?: string; code?: string; message?: string }
  return reason ?? (code === 'ENOENT' ? 'no such file' : (message ?? String(error)))
}
