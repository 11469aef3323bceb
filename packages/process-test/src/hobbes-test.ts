import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Drivers, type EnvironmentDefinition, type OptionSchemas, text } from '@testrig/core'
import * as v from 'valibot'
import type { Framework } from './framework.ts'
import { REPORT_FILE, readHobbesReport } from './hobbes-report.ts'
import { TestProgram } from './program.ts'
import {
  checkOptions,
  OWN_DRIVERS,
  type ProgramOptions,
  programOptions,
  refuseIdle,
} from './program-options.ts'
import { type Mode, register } from './register.ts'

/** Options of a program that is written with Hobbes Test. */
export interface HobbesTestOptions<Name extends string = string> extends ProgramOptions<Name> {
  /** The suites that are run. @default all that the program lists */
  readonly tests?: readonly string[] | undefined
  /**
   * When the program runs. It lists suites only: `'collection'` runs it while Vitest collects the file, with drivers of
   * its own, so that each case is a test; `'tests'` has it run with the tests, where each suite is a test.
   * @default 'collection'
   */
  readonly runAt?: 'collection' | 'tests' | undefined
}

/** Registers the tests of a program that is written with Hobbes Test. */
export type HobbesTest = <D extends Drivers>(
  environment: EnvironmentDefinition<D>,
  options: HobbesTestOptions<keyof D & string>,
) => void

const schemas: OptionSchemas<HobbesTestOptions> = {
  ...programOptions,
  tests: v.optional(v.array(text(), 'an array of names of suites')),
  runAt: v.optional(v.picklist(['collection', 'tests'], "'collection' or 'tests'"), 'collection'),
}

/**
 * Registers the tests of a program that is written with Hobbes Test, with its drivers up and their variables set.
 * `hobbesTest.only` and `hobbesTest.skip` do as in Vitest.
 *
 * @throws ENVIRONMENT_INVALID, OPTION_UNKNOWN, OPTION_INVALID, FIXTURES_MISPLACED
 */
export const hobbesTest: HobbesTest & { readonly only: HobbesTest; readonly skip: HobbesTest } =
  Object.assign(registrar('run'), { only: registrar('only'), skip: registrar('skip') })

function registrar(mode: Mode): HobbesTest {
  return (environment, given) => {
    const options = checkOptions('hobbesTest()', schemas, given)
    const { tests, runAt = 'collection' } = options
    refuseIdle('hobbesTest()', given, [['scope', runAt === 'collection', OWN_DRIVERS]])
    const program = new TestProgram(framework(tests), options)
    register(environment, program, { caller: 'hobbesTest()', mode, runAt })
  }
}

function framework(tests: readonly string[] | undefined): Framework {
  return {
    title: 'cases',
    tellsRunning: false,
    selects: true,
    listing: {
      arguments: () => ['--list'],
      parse: async ({ stdout }) => unitsIn(await readFile(stdout, 'utf8'), tests),
    },
    // Hobbes Test takes one suite after each --tests.
    arguments: (units, directory) => [
      ...['--json', join(directory, REPORT_FILE)],
      ...(units?.map(({ path }) => path[0] ?? '') ?? tests ?? []).flatMap((suite) => ['--tests', suite]),
    ],
    read: (execution, units) =>
      readHobbesReport(execution, units && new Set(units.map(({ path }) => path[0] ?? ''))),
  }
}

/** The suites that a program lists, or those of them that are wanted; one that it does not list is asked for as well. */
function unitsIn(list: string, tests: readonly string[] | undefined) {
  const listed = list
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return (tests ?? listed).map((suite) => ({ path: [suite] }))
}
