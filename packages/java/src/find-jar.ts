import { readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findOnPath } from './find-on-path.ts'

export interface JarSearch {
  /** What the jar is named. */
  readonly jar: RegExp
  /** The option `home`: when it is given, nothing else is looked at. */
  readonly home: string | undefined
  /** Variable that names a release. */
  readonly variable: string
  /** Programs of a release that may be on the PATH. */
  readonly programs: readonly string[]
  /** Directories of a release that may have the jars; its own directory is taken, too. */
  readonly below: readonly string[]
  /** Directories where packages of the system have jars. @default [] */
  readonly system?: readonly string[]
}

interface Place {
  readonly shown: string
  readonly directories: readonly string[]
}

/** The first jar of a server that is found, with where it was looked for. */
export function findJar(search: JarSearch): { readonly jar: string | undefined; readonly looked: string } {
  const places = placesOf(search)
  const jars = places.flatMap(({ directories }) => directories.flatMap((each) => jarsIn(each, search.jar)))
  return { jar: jars[0], looked: places.map(({ shown }) => shown).join('; ') }
}

function placesOf({ home, variable, programs, below, system = [] }: JarSearch): readonly Place[] {
  const release = (path: string, name: string) => {
    const directories = [...below.map((each) => join(path, each)), path]
    return { shown: `${directories.join(', ')} (${name})`, directories }
  }
  if (home !== undefined) return [release(home, 'the option `home`')]
  const named = process.env[variable]
  const found = programs.flatMap((name) => findOnPath(name) ?? [])
  return [
    named === undefined ? absent(`${variable}, which is not set`) : release(named, variable),
    ...(found.length === 0 ? [absent(`the PATH, which has no ${programs.join(' or ')}`)] : []),
    ...found.map((path) => release(dirname(dirname(realpathSync(path))), path)),
    ...system.map((directory) => ({ shown: directory, directories: [directory] })),
  ]
}

function absent(shown: string): Place {
  return { shown, directories: [] }
}

function jarsIn(directory: string, name: RegExp): readonly string[] {
  try {
    const jars = readdirSync(directory).filter((file) => name.test(file))
    return jars.sort().map((file) => join(directory, file))
  } catch {
    return [] // There is no such directory.
  }
}
