import { basename } from 'node:path'
import type { Drivers, EnvironmentDefinition } from '@testrig/core'
import { EnvironmentTests, oneError } from '@testrig/vitest/environment-tests'
import { afterAll, describe, test } from 'vitest'
import { Cases } from './cases.ts'
import { registerEarlyRun } from './early-run.ts'
import { unknownDriver } from './errors.ts'
import { failingTest } from './failing-test.ts'
import type { Unit } from './framework.ts'
import type { TestProgram } from './program.ts'
import { settle } from './settle.ts'
import { registerTree } from './test-tree.ts'

/** How the suite of a program is registered: as it is, by `only` or by `skip`. */
export type Mode = 'run' | 'only' | 'skip'

export interface Registration {
  /** The function that the user called, as errors name it. */
  readonly caller: string
  readonly mode: Mode
  /** Whether the program runs while the file is collected, to tell its cases, or with the tests. */
  readonly runAt: 'collection' | 'tests'
}

const DESCRIBE = { run: describe, only: describe.only, skip: describe.skip } as const

/** Registers a program's tests in a suite that is named for it; what goes wrong on the way is a test that fails. */
export function register<D extends Drivers>(
  environment: EnvironmentDefinition<D>,
  program: TestProgram,
  { caller, mode, runAt }: Registration,
): void {
  const definition = environment as unknown as EnvironmentDefinition
  const { scope, logLines, name = basename(program.options.binary) } = program.options
  const tests = new EnvironmentTests(definition, { caller, scope, logLines })
  const early = runAt === 'collection'
  const collect = async () => {
    if (early && mode === 'skip') return test(program.framework.title, () => {})
    let name = 'can be run'
    try {
      const drivers = await neededDrivers(definition, program)
      if (early) return await registerEarlyRun(tests, program, drivers)
      name = 'lists its tests'
      registerCases(tests, program, { units: await program.list(), drivers })
    } catch (error) {
      if (mode === 'skip') test(name, () => {})
      else failingTest(name, { error: error as Error })
    }
  }
  DESCRIBE[mode](name, collect as () => Promise<void>)
}

interface Known {
  readonly units: readonly Unit[]
  readonly drivers: readonly string[]
}

function registerCases(tests: EnvironmentTests, program: TestProgram, { units, drivers }: Known): void {
  const cases = new Cases(program, units)
  const { options, sources, framework } = program
  const leaves = units.map((unit) => ({
    path: unit.path.length === 0 ? [framework.title] : unit.path,
    register: (name: string) => {
      const own = options.testOptions?.(unit.path.join(' > '))
      const given = { timeout: 0, ...(unit.disabled && { skip: true }), ...own, drivers }
      const task = tests.declare(name, given, async (context, started) => {
        await settle(context, { unit, sources, ...(await cases.outcome(context, started)) })
      })
      cases.add(task, unit)
    },
  }))
  registerTree(leaves)
  afterAll(async () => {
    const problems = await cases.problems()
    if (problems.length > 0) throw oneError(problems)
  })
}

/** @throws UNKNOWN_DRIVER */
async function neededDrivers(
  definition: EnvironmentDefinition,
  { label, options: { drivers, args, env } }: TestProgram,
): Promise<readonly string[]> {
  for (const name of drivers ?? [])
    if (!definition.names.includes(name)) throw unknownDriver(label, name, definition.names)
  const named = await definition.driversIn({ args, env })
  return [...new Set([...(drivers ?? definition.autoStarted), ...named])]
}
