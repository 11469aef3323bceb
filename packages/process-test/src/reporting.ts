import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Framework, Unit } from './framework.ts'
import { readJUnit } from './junit-report.ts'
import type { Report } from './report.ts'
import { readTap } from './tap-report.ts'

type ArgumentsFor = (file: string) => readonly string[]

/** A report that is printed, or written to a file that the given arguments name. */
export type ReportOption = 'tap' | 'junit' | { readonly tap: ArgumentsFor } | { readonly junit: ArgumentsFor }

/** A case's name, or its names from the outermost suite on, as the report has them. */
export type CaseName = string | readonly string[]

/** Cases, or the arguments by which the program lists them, after `args`, and what reads its output. */
export type ListOption =
  | readonly CaseName[]
  | { readonly args: readonly string[]; readonly parse: (output: string) => readonly CaseName[] }

/** Gives the arguments that choose cases. */
export type SelectOption = (cases: readonly (readonly string[])[]) => readonly string[]

interface Reporting {
  readonly list?: ListOption | undefined
  readonly select?: SelectOption | undefined
  readonly expectedExitCode?: number | undefined
}

const FILE = { tap: 'report.tap', junit: 'report.xml' } as const
const READ = { tap: readTap, junit: readJUnit } as const

/** A program that reports in TAP or JUnit XML. */
export function reportFramework(
  report: ReportOption,
  { list, select, expectedExitCode }: Reporting,
): Framework {
  const [format, argumentsFor] = parts(report)
  return {
    title: 'all cases pass',
    tellsRunning: false,
    selects: select !== undefined,
    exitCode: expectedExitCode,
    ...(list !== undefined && { listing: listingOf(list) }),
    arguments: (units, directory) => [
      ...(argumentsFor?.(join(directory, FILE[format])) ?? []),
      ...(units === undefined || select === undefined ? [] : select(units.map(({ path }) => path))),
    ],
    read: async ({ directory, stdout }): Promise<Report> => {
      const path = argumentsFor === undefined ? stdout : join(directory, FILE[format])
      const text = await readFile(path, 'utf8').catch(() => undefined)
      return text === undefined ? { results: [], outside: [], gap: 'it wrote no report' } : READ[format](text)
    },
  }
}

function parts(report: ReportOption): readonly ['tap' | 'junit', ArgumentsFor | undefined] {
  if (typeof report === 'string') return [report, undefined]
  return 'tap' in report ? ['tap', report.tap] : ['junit', report.junit]
}

function listingOf(list: ListOption): NonNullable<Framework['listing']> {
  if (!('parse' in list)) return list.map(unitOf)
  return {
    arguments: () => list.args,
    parse: async (execution) => list.parse(await readFile(execution.stdout, 'utf8')).map(unitOf),
  }
}

function unitOf(name: CaseName): Unit {
  return { path: typeof name === 'string' ? [name] : name }
}
