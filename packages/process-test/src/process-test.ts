import {
  type Drivers,
  type EnvironmentDefinition,
  func,
  integer,
  type OptionSchemas,
  text,
} from '@testrig/core'
import * as v from 'valibot'
import { exitCodeFramework } from './exit-code.ts'
import type { Framework } from './framework.ts'
import { labelOf, TestProgram } from './program.ts'
import {
  checkOptions,
  OWN_DRIVERS,
  type ProgramOptions,
  programOptions,
  refuseIdle,
} from './program-options.ts'
import { type Mode, register } from './register.ts'
import {
  type CaseName,
  type ListOption,
  type ReportOption,
  reportFramework,
  type SelectOption,
} from './reporting.ts'

/** Options of any other test program. */
export interface ProcessTestOptions<Name extends string = string> extends ProgramOptions<Name> {
  /**
   * How the program reports: `'tap'` or `'junit'` when it prints its report, or the arguments that have it write one to
   * a file. Without it the exit code tells.
   */
  readonly report?: ReportOption | undefined
  /** Exit code of success, where nothing else is reported. @default 0 */
  readonly expectedExitCode?: number | undefined
  /** The program's cases when they are known, or how it lists them. With it the program runs with the tests. */
  readonly list?: ListOption | undefined
  /** Arguments, after `args`, that have the program run some of its listed cases. @default it always runs all */
  readonly select?: SelectOption | undefined
  /**
   * When a program with a report and without `list` runs: `'collection'` runs it while Vitest collects the file, with
   * drivers of its own, so that each case is a test; `'tests'` has it run with the tests, as one test.
   * @default 'collection'
   */
  readonly runAt?: 'collection' | 'tests' | undefined
}

/** Registers the tests of a program. */
export type ProcessTest = <D extends Drivers>(
  environment: EnvironmentDefinition<D>,
  options: ProcessTestOptions<keyof D & string>,
) => void

const FORMATS =
  "'tap', 'junit', or an object with `tap` or `junit`, a function that gives arguments for a file"
const argumentsFor = func<(file: string) => readonly string[]>()
const names = v.array(
  v.union([text(), v.array(text())]),
  'an array of cases, each a name or an array of names',
)

const schemas: OptionSchemas<ProcessTestOptions> = {
  ...programOptions,
  report: v.optional(
    v.union(
      [
        v.picklist(['tap', 'junit']),
        v.strictObject({ tap: argumentsFor }),
        v.strictObject({ junit: argumentsFor }),
      ],
      FORMATS,
    ),
  ),
  expectedExitCode: v.optional(integer({ max: 255 }), 0),
  list: v.optional(
    v.union(
      [
        names,
        v.strictObject({ args: v.array(v.string()), parse: func<(output: string) => readonly CaseName[]>() }),
      ],
      'an array of cases, or an object with `args` and `parse`',
    ),
  ),
  select: v.optional(func<SelectOption>('a function that takes cases and gives arguments')),
  runAt: v.optional(v.picklist(['collection', 'tests'], "'collection' or 'tests'"), 'collection'),
}

/**
 * Registers the tests of any program, with its drivers up and their variables set: one that its exit code decides, or
 * one for each case that it reports in TAP or JUnit XML. `processTest.only` and `processTest.skip` do as in Vitest.
 *
 * @throws ENVIRONMENT_INVALID, OPTION_UNKNOWN, OPTION_INVALID, FIXTURES_MISPLACED
 */
export const processTest: ProcessTest & { readonly only: ProcessTest; readonly skip: ProcessTest } =
  Object.assign(registrar('run'), { only: registrar('only'), skip: registrar('skip') })

function registrar(mode: Mode): ProcessTest {
  return (environment, given) => {
    const options = checkOptions('processTest()', schemas, given)
    const { report, list, select, runAt = 'collection' } = options
    const early = report !== undefined && list === undefined && runAt === 'collection'
    refuseIdle('processTest()', given, [
      ['list', report === undefined, 'an exit code tells of no cases; give `report`'],
      ['runAt', report === undefined, 'without `report` the program runs with the tests'],
      ['runAt', list !== undefined, 'with `list` the program runs with the tests'],
      ['select', list === undefined, 'only cases of `list` are selected'],
      ['processPer', select === undefined, 'a process runs all cases unless `select` chooses some'],
      ['scope', early, OWN_DRIVERS],
    ])
    const program = new TestProgram(frameworkOf(options), options)
    register(environment, program, { caller: 'processTest()', mode, runAt: early ? 'collection' : 'tests' })
  }
}

function frameworkOf({ binary, report, expectedExitCode = 0, ...reporting }: ProcessTestOptions): Framework {
  if (report === undefined) return exitCodeFramework(labelOf(binary), expectedExitCode)
  return reportFramework(report, { ...reporting, expectedExitCode })
}
