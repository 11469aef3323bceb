import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Execution } from './execution.ts'
import type { Unit } from './framework.ts'
import { gtestSuites } from './gtest-json.ts'

/** What a GTest program was told to write beside its list, in the directory of the run. */
export const LIST_FILE = 'list.json'

/** The cases of a GTest program; one of before 2018 prints its list only. */
export async function gtestUnits({ directory, stdout }: Execution): Promise<readonly Unit[]> {
  const json = await readFile(join(directory, LIST_FILE), 'utf8').catch(() => undefined)
  if (json === undefined) return printedUnits(await readFile(stdout, 'utf8'))
  return gtestSuites(JSON.parse(json)).flatMap((suite) =>
    suite.cases.map(({ name, file, line }) => ({ ...gtestUnit(suite.name, name), file, line })),
  )
}

/** Suites stand at the begin of a line and end with a dot, their cases are indented; comments tell parameters. */
export function printedUnits(text: string): readonly Unit[] {
  let suite: string | undefined
  return text.split(/\r?\n/).flatMap((line) => {
    const [, indent, name] = /^( {2})?(\S+)(?:\s+#.*)?$/.exec(line) ?? []
    if (name === undefined) return []
    if (indent === undefined) suite = name.endsWith('.') ? name.slice(0, -1) : undefined
    return indent === undefined || suite === undefined ? [] : [gtestUnit(suite, name)]
  })
}

function gtestUnit(suite: string, name: string): Unit {
  const disabled = [suite, name].some((each) => /(^|\/)DISABLED_/.test(each))
  return { path: [suite, name], disabled }
}
