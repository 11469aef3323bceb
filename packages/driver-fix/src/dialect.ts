import type { DataFields } from './data-fields.ts'
import { decode } from './decode.ts'
import type { Dictionaries } from './dictionaries.ts'
import type { Dictionary } from './dictionary.ts'
import { messageUnfit, typeMissing } from './errors.ts'
import { type FixFields, flatFields } from './fix-fields.ts'
import { type Field, FixMessage } from './fix-message.ts'
import type { Flaw } from './flaw.ts'
import type { FixVersion } from './identity.ts'
import { Tag } from './tags.ts'
import { validate } from './validate.ts'

/** A message as it has arrived, and the first thing that is wrong with it. */
export interface Incoming {
  readonly message: FixMessage
  readonly flaw: Flaw | undefined
}

export interface DialectOptions {
  readonly dictionaries: Dictionaries
  /** Whether messages must fit their dictionaries. */
  readonly validate: boolean
  /** The version of application messages that do not say it, under FIXT.1.1. */
  readonly defaultApplVerID?: string | undefined
}

/** What the messages of a session look like. */
export class Dialect {
  readonly dataFields: DataFields
  readonly #options: DialectOptions

  constructor(options: DialectOptions) {
    this.#options = options
    this.dataFields = options.dictionaries.dataFields
  }

  /** Makes a message of the bytes of one. */
  read(frame: Buffer): Incoming {
    const { fields, flaw } = decode(frame, this.dataFields)
    const dictionary = this.#dictionaryOf(fields)
    return {
      message: new FixMessage(fields, dictionary),
      flaw: flaw ?? (this.#options.validate && dictionary ? validate(fields, dictionary) : undefined),
    }
  }

  /** The type and the fields of a message to send. @throws FIX_MESSAGE_INVALID, FIX_TAG_UNKNOWN */
  compose(
    given: FixFields,
    version: FixVersion,
  ): { readonly type: string; readonly fields: readonly Field[] } {
    const fields = this.fields(given, version)
    const type = valueIn(fields, Tag.MsgType)
    if (type === undefined) throw typeMissing(fields)
    return { type, fields }
  }

  /** The fields given, one after another. @throws FIX_MESSAGE_INVALID, FIX_TAG_UNKNOWN */
  fields(given: FixFields, version: FixVersion): readonly Field[] {
    const { dictionaries, defaultApplVerID } = this.#options
    return flatFields(given, dictionaries.find(version, defaultApplVerID))
  }

  /** A message of all its fields. */
  message(fields: readonly Field[]): FixMessage {
    return new FixMessage(fields, this.#dictionaryOf(fields))
  }

  /** @throws FIX_MESSAGE_INVALID when a message that is about to be sent does not fit its dictionary */
  check(fields: readonly Field[]): void {
    const dictionary = this.#dictionaryOf(fields)
    if (!this.#options.validate || dictionary === undefined) return
    const flaw = validate(fields, dictionary)
    if (flaw !== undefined) throw messageUnfit(flaw, new FixMessage(fields, dictionary), dictionary.version)
  }

  #dictionaryOf(fields: readonly Field[]): Dictionary | undefined {
    const { dictionaries, defaultApplVerID } = this.#options
    if (dictionaries.none) return undefined
    const applVerID = valueIn(fields, Tag.ApplVerID) ?? defaultApplVerID
    return dictionaries.find(valueIn(fields, Tag.BeginString) ?? '', applVerID)
  }
}

function valueIn(fields: readonly Field[], tag: number): string | undefined {
  return fields.find(([each]) => each === tag)?.[1].toString()
}
