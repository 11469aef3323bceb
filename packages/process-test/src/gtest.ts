import { type Drivers, type EnvironmentDefinition, type OptionSchemas, text } from '@testrig/core'
import * as v from 'valibot'
import type { Framework } from './framework.ts'
import { filterOf, filtersAtOnce } from './gtest-filter.ts'
import { gtestUnits, LIST_FILE } from './gtest-list.ts'
import { REPORT_FILE, readGTestReport } from './gtest-report.ts'
import { TestProgram } from './program.ts'
import { checkOptions, type ProgramOptions, programOptions } from './program-options.ts'
import { type Mode, register } from './register.ts'

/** Options of a program that is written with GTest. */
export interface GTestOptions<Name extends string = string> extends ProgramOptions<Name> {
  /** Which cases are listed and run, as `--gtest_filter` takes it. @default all */
  readonly filter?: string | undefined
  /** Whether cases named DISABLED_ run. @default false */
  readonly alsoRunDisabledTests?: boolean | undefined
}

/** Registers the cases of a GTest program as tests. */
export type GTest = <D extends Drivers>(
  environment: EnvironmentDefinition<D>,
  options: GTestOptions<keyof D & string>,
) => void

const schemas: OptionSchemas<GTestOptions> = {
  ...programOptions,
  filter: v.optional(text()),
  alsoRunDisabledTests: v.optional(v.boolean(), false),
}

/** Variables by which GTest takes options; those that the program is given by arguments win over them anyway. */
const UNWANTED = [
  'GTEST_BRIEF',
  'GTEST_REPEAT',
  'GTEST_TOTAL_SHARDS',
  'GTEST_SHARD_INDEX',
  'GTEST_SHARD_STATUS_FILE',
]

/**
 * Registers the cases of a program that is written with GTest: its suites as `describe`, its cases as `test`, with its
 * drivers up and their variables set. Disabled cases are skipped. `gtest.only` and `gtest.skip` do as in Vitest.
 *
 * @throws ENVIRONMENT_INVALID, OPTION_UNKNOWN, OPTION_INVALID, FIXTURES_MISPLACED
 */
export const gtest: GTest & { readonly only: GTest; readonly skip: GTest } = Object.assign(registrar('run'), {
  only: registrar('only'),
  skip: registrar('skip'),
})

function registrar(mode: Mode): GTest {
  return (environment, given) => {
    const options = checkOptions('gtest()', schemas, given)
    const program = new TestProgram(framework(options), options, UNWANTED)
    register(environment, program, { caller: 'gtest()', mode, runAt: 'tests' })
  }
}

function framework({ filter, alsoRunDisabledTests = false }: GTestOptions): Framework {
  const always = ['--gtest_color=no']
  return {
    title: 'all cases pass',
    tellsRunning: true,
    selects: true,
    batchSize: filtersAtOnce,
    listing: {
      arguments: (directory) => [
        ...always,
        '--gtest_list_tests',
        `--gtest_output=json:${directory}/${LIST_FILE}`,
        ...(filter === undefined ? [] : [`--gtest_filter=${filter}`]),
      ],
      parse: async (execution) => {
        const units = await gtestUnits(execution)
        return alsoRunDisabledTests ? units.map((unit) => ({ ...unit, disabled: false })) : units
      },
    },
    arguments: (units, directory) => {
      const chosen = units === undefined ? filter : filterOf(units)
      return [
        ...always,
        `--gtest_output=json:${directory}/${REPORT_FILE}`,
        ...(alsoRunDisabledTests || units?.some(({ disabled }) => disabled)
          ? ['--gtest_also_run_disabled_tests']
          : []),
        ...(chosen === undefined ? [] : [`--gtest_filter=${chosen}`]),
      ]
    },
    read: readGTestReport,
  }
}
