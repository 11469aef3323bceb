import { type DataFields, dataFields } from './data-fields.ts'
import type { Dictionary } from './dictionary.ts'
import { dictionaryAlone } from './errors.ts'

// Source: FIXT.1.1, ApplVerID (1128).
const VERSIONS: Readonly<Record<string, string>> = {
  '2': 'FIX.4.0',
  '3': 'FIX.4.1',
  '4': 'FIX.4.2',
  '5': 'FIX.4.3',
  '6': 'FIX.4.4',
  '7': 'FIX.5.0',
  '8': 'FIX.5.0SP1',
  '9': 'FIX.5.0SP2',
}
const TRANSPORT = 'FIXT.1.1'

/** Reads the dictionaries that the option names. @throws FIX_DICTIONARY_INVALID */
export async function loadDictionaries(
  label: string,
  option: string | readonly string[] | undefined,
): Promise<Dictionaries> {
  if (option === undefined) return new Dictionaries(label, [])
  const { readDictionary } = await import('./dictionary-file.ts') // With its parser, which most do not need.
  const paths = typeof option === 'string' ? [option] : option
  return new Dictionaries(label, await Promise.all(paths.map((path) => readDictionary(label, path))))
}

/** The dictionaries of a driver, of which each message has at most one. */
export class Dictionaries {
  /** The raw data fields of all. */
  readonly dataFields: DataFields
  readonly #byVersion: ReadonlyMap<string, Dictionary>

  /** @throws FIX_DICTIONARY_INVALID when one for FIXT.1.1 is missing beside one of FIX.5.0 */
  constructor(label: string, dictionaries: readonly Dictionary[]) {
    const byVersion = new Map(dictionaries.map((each) => [each.version, each]))
    const pairs = dictionaries.flatMap(({ dataFields: { dataOf } }) => [...dataOf])
    this.dataFields = dataFields(pairs)
    const transport = byVersion.get(TRANSPORT)
    for (const [code, version] of Object.entries(VERSIONS)) {
      const application = byVersion.get(version)
      if (application === undefined) continue
      if (transport !== undefined) byVersion.set(`${TRANSPORT} ${code}`, combined(transport, application))
      else if (version.startsWith('FIX.5')) throw dictionaryAlone(label, version, TRANSPORT)
    }
    this.#byVersion = byVersion
  }

  get none(): boolean {
    return this.#byVersion.size === 0
  }

  /** What describes a message: by the version of its session, under FIXT.1.1 by that of the application (1128, 1137). */
  find(version: string, applVerID: string | undefined): Dictionary | undefined {
    return this.#byVersion.get(`${version} ${applVerID}`) ?? this.#byVersion.get(version)
  }
}

function combined(transport: Dictionary, application: Dictionary): Dictionary {
  return {
    version: application.version,
    fields: new Map([...transport.fields, ...application.fields]),
    tagOf: new Map([...transport.tagOf, ...application.tagOf]),
    header: transport.header,
    trailer: transport.trailer,
    messages: new Map([...application.messages, ...transport.messages]),
    dataFields: application.dataFields,
  }
}
