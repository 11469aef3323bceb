import type { PlainValue } from '../attributes.ts'
import { isDictionary } from '../dictionary.ts'
import { isSecretName, type SecretName } from '../secret-names.ts'

export interface MaskOptions {
  /**
   * Names whose values are masked, in place of the usual ones: texts that the name holds, in upper or lower case, or
   * patterns. @default what holds password, passphrase, secret or credential, or has key, token, pass, pwd or
   * authorization as a word
   */
  readonly names?: readonly SecretName[] | undefined
  /** Whether logs are masked too. @default true */
  readonly logs?: boolean | undefined
}

const MASKED = '***'

/** Shorter values stand in texts that have nothing to do with the secret. */
const LEAST_LENGTH = 6

// Names are bounded: a long line without a blank would be looked at again from each of its characters.
const URL_PASSWORD = /(?<before>\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/"']*:)(?<secret>[^\s@/"']+)(?=@)/gi
const BEARER = /(?<before>\bBearer\s+)(?<secret>[\w.~+/=-]{16,})/gi
const AUTHORIZATION = /(?<before>\bauthorization["']?\s*[:=]\s*["']?)(?<secret>[^\r\n"']+)/gi
const PRIVATE_KEY =
  /(?<before>-----BEGIN (?<kind>[A-Z ]*PRIVATE KEY)-----)(?<secret>[\s\S]*?)(?=-----END \k<kind>-----|$)/g
const ASSIGNED =
  /(?<![\w.])(?<name>[A-Za-z_][\w.-]{0,80})(?<between>["']?[ \t]*[=:][ \t]*)(?<value>"[^"\r\n]*"|'[^'\r\n]*'|[^\s,;&"'\])}]+)/g
const FLAG_IN_TEXT =
  /(?<flag>(?<![\w-])--?(?<name>[A-Za-z][\w.-]{0,80})[ \t]+)(?<value>"[^"\r\n]*"|'[^'\r\n]*'|[^\s"'-]\S*)/g
const FLAG = /^--?(?<name>[A-Za-z][\w.-]*)$/
const ARGUMENT = /^(?<before>-*(?<name>[A-Za-z_][\w.-]*)=)(?<value>.+)$/s

/** Hides what looks like a secret, by the name that it has, and wherever the same value stands. */
export class Mask {
  readonly #names: readonly SecretName[] | undefined
  readonly #isOff: boolean
  readonly #logs: boolean
  readonly #known = new Set<string>()
  readonly #learned = new WeakSet<object>()
  readonly #learnedAsSecret = new WeakSet<object>()
  /** Words in values that are no secrets: the password of the user postgres may be postgres, and that is said everywhere. */
  readonly #words = new Set<string>()

  constructor(options: MaskOptions | false = {}) {
    this.#isOff = options === false
    this.#names = options === false ? undefined : options.names
    this.#logs = options === false ? false : (options.logs ?? true)
  }

  /** Remembers the secrets in a value, such as a driver's options; looks at an object once, and once as a secret. */
  learn(value: unknown, name = ''): void {
    if (this.#isOff) return
    if (typeof value === 'string' || typeof value === 'number') this.#learnText(String(value), name)
    if (typeof value !== 'object' || value === null) return
    const learned = this.#isSecret(name) ? this.#learnedAsSecret : this.#learned
    if (learned.has(value)) return
    learned.add(value)
    if (Array.isArray(value)) this.#learnList(value, name)
    else if (isDictionary(value))
      for (const [key, each] of Object.entries(value)) this.learn(each, this.#isSecret(name) ? name : key)
  }

  /** A value of the given name, with what is secret in it masked. */
  value(value: PlainValue, name = ''): PlainValue {
    if (this.#isOff || value === null || typeof value === 'boolean') return value
    if (this.#isSecret(name)) return value === '' ? value : MASKED
    if (typeof value === 'number') return value
    if (typeof value === 'string') return this.text(value)
    if (!Array.isArray(value))
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.value(each, key)]))
    return value.every((each) => typeof each === 'string')
      ? this.arguments(value)
      : (value as readonly PlainValue[]).map((each) => this.value(each, name))
  }

  /** The arguments of a program. */
  arguments(given: readonly string[]): readonly string[] {
    if (this.#isOff) return given
    return given.map((argument, index) => {
      if (this.#isValueOfFlag(given, index)) return MASKED
      const { before = '', name = '' } = ARGUMENT.exec(argument)?.groups ?? {}
      return this.#isSecret(name) ? `${before}${MASKED}` : this.text(argument)
    })
  }

  /** A text, with values that a name precedes: `password=x`, `"token": "x"`, `--key x`, `http://user:x@host`. */
  text(text: string): string {
    if (this.#isOff) return text
    let masked = text
    for (const secret of this.#lookedFor()) masked = masked.replaceAll(secret, MASKED)
    for (const pattern of [
      PRIVATE_KEY,
      URL_PASSWORD,
      BEARER,
      ...(this.#isSecret('authorization') ? [AUTHORIZATION] : []),
    ])
      masked = masked.replaceAll(pattern, (...match) => `${groupsOf(match).before}${MASKED}`)
    masked = masked.replaceAll(ASSIGNED, (...match) => {
      const { name = '', between = '', value = '' } = groupsOf(match)
      return this.#isSecret(name) ? `${name}${between}${quotedLike(value)}` : (match[0] as string)
    })
    return masked.replaceAll(FLAG_IN_TEXT, (...match) => {
      const { flag = '', name = '', value = '' } = groupsOf(match)
      return this.#isSecret(name) ? `${flag}${quotedLike(value)}` : (match[0] as string)
    })
  }

  /** The text of a log, masked unless asked otherwise. */
  log(text: string): string {
    return this.#logs ? this.text(text) : text
  }

  #isSecret(name: string): boolean {
    return name !== '' && isSecretName(name, this.#names)
  }

  #isValueOfFlag(given: readonly unknown[], index: number): boolean {
    const [flag, value] = [given[index - 1], given[index]]
    if (typeof flag !== 'string' || typeof value !== 'string' || value.startsWith('-')) return false
    return this.#isSecret(FLAG.exec(flag)?.groups?.name ?? '')
  }

  #learnList(values: readonly unknown[], name: string): void {
    for (const [index, value] of values.entries()) {
      if (this.#isValueOfFlag(values, index)) this.#known.add(String(value))
      else this.learn(value, name)
    }
  }

  #learnText(text: string, name: string): void {
    if (this.#isSecret(name)) return void this.#known.add(text)
    const { name: argument = '', value = '' } = ARGUMENT.exec(text)?.groups ?? {}
    if (this.#isSecret(argument)) return void this.#known.add(value)
    const open = text.replaceAll(URL_PASSWORD, (...match) => {
      const { before = '', secret = '' } = groupsOf(match)
      this.#known.add(secret)
      return before
    })
    for (const word of open.match(/[a-z]+/g) ?? []) this.#words.add(word)
  }

  /** The secrets to look for, as one may be the beginning of another the longest first. */
  #lookedFor(): readonly string[] {
    const known = [...this.#known].filter(
      (secret) => secret.length >= LEAST_LENGTH && !this.#words.has(secret),
    )
    return known.toSorted((one, other) => other.length - one.length)
  }
}

function groupsOf(match: readonly unknown[]): Record<string, string | undefined> {
  return match.at(-1) as Record<string, string | undefined>
}

function quotedLike(value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? ''
  return `${quote}${MASKED}${quote}`
}
