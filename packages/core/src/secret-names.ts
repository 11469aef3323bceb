/** Which names have values that are not to be shown. */
export type SecretName = string | RegExp

const ANYWHERE = /passw|passphrase|secret|credential/
const AS_WORDS = /(^|[^a-z])(api|auth|access|private|secret)?(keys?|tokens?|pwd|pass|authorization)([^a-z]|$)/

/** Whether a name is one of a secret: those that hold `password`, `secret`, or `token` or `key` as a word, and the like. */
export function isSecretName(name: string, names?: readonly SecretName[]): boolean {
  if (names !== undefined) return names.some((each) => isLike(name, each))
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  return ANYWHERE.test(words) || AS_WORDS.test(words)
}

function isLike(name: string, given: SecretName): boolean {
  if (typeof given === 'string') return name.toLowerCase().includes(given.toLowerCase())
  return new RegExp(given.source, given.flags.replaceAll(/[gy]/g, '')).test(name)
}
