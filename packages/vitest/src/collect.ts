import { type RunnerTestCase, type TestContext, TestRunner } from 'vitest'
import { checkAsked } from './asked-fixtures.ts'
import type { EnvironmentScope, RootCollector } from './environment-scope.ts'
import { nestedTest } from './errors.ts'
import type { FixtureNames } from './fixture-names.ts'
import { guarded } from './guard.ts'
import { withLogs, withTestLogs } from './hook-logs.ts'
import type { HookCall, Instruments } from './instrument.ts'
import { disguised, type FixtureReader, usedFixtures } from './used-fixtures.ts'
import { type AnyFunction, type FixtureRegistry, fixturesOf } from './vitest-internals.ts'

/** What a `test` of `fixtures()` is made of. */
export interface Collection {
  readonly scope: EnvironmentScope
  readonly names: FixtureNames
  readonly root: RootCollector
  readonly logLines: number | undefined
}

/** The options of a chain such as `test.only`, with the fixtures of its `test`. */
export interface Chain {
  readonly fixtures?: FixtureRegistry
}

/** Declares a test to Vitest, and notes which drivers it uses. */
export function collectTest(
  { scope, names, root, logLines }: Collection,
  chain: Chain,
  [name, ...args]: readonly unknown[],
): void {
  if (TestRunner.getCurrentTest() !== undefined) throw nestedTest(String(name))
  const tests = scope.testsOf(root)
  const handler = args.find((arg): arg is AnyFunction => typeof arg === 'function')
  const run = (context: TestContext) => {
    const body = () => {
      const completed = names.completed(context)
      if (reader !== undefined) checkAsked(names, reader, completed)
      return handler?.(completed)
    }
    const task = context.task as RunnerTestCase
    const environment = scope.life.of(task)
    return environment === undefined ? body() : guarded(environment, tests.usedBy(task), body)
  }
  const wrapped = handler && disguised(run, handler)
  const collector = TestRunner.getCurrentSuite()
  // The collector's own function keeps the options that a test inherits from its describe().
  const register = (collector.test as unknown as { fn: AnyFunction }).fn
  register.call(chain, name, ...args.map((arg) => (arg === handler ? wrapped : arg)))
  const task = collector.tasks.at(-1) as RunnerTestCase
  const suite = task.suite ?? task.file
  const reader = handler && { fn: handler, registry: chain.fixtures, suite }
  tests.addTest(task, { used: usedBy(names, reader), logLines })
}

/** Notes which drivers hooks use, and has them find drivers whose names are no identifiers. */
export function instrumentsOf({ scope, names, root, logLines }: Collection): Instruments {
  const completing = (fn: AnyFunction, parameter = 0) => {
    if (!names.needCompletion) return fn
    const complete = (...args: object[]) =>
      fn(...args.map((arg, index) => (index === parameter ? names.completed(arg) : arg)))
    return disguised(complete, fn)
  }
  const checking = (fn: AnyFunction, reader: FixtureReader) => {
    const checked = (...args: unknown[]) => {
      checkAsked(names, reader, args[reader.parameter ?? 0])
      return fn(...args)
    }
    return disguised(checked, fn)
  }
  const hook = ({ hook, fn, test, parameter }: HookCall) => {
    const collector = TestRunner.getCurrentSuite()
    const { suite, file } = collector
    const reader = { fn, parameter, registry: fixturesOf(test), suite: suite ?? file }
    const used = usedBy(names, reader)
    const tests = scope.testsOf(root)
    tests.addHook({ suite, used })
    const own = checking(completing(fn, parameter), reader)
    if (hook.endsWith('All')) return disguised(withLogs(own, { scope, used, logLines, collector }), fn)
    if (hook === 'aroundEach') return disguised(withTestLogs(own, { scope, tests, collector }), fn)
    if (hook !== 'beforeEach') return own
    const run = (context: TestContext, ...rest: unknown[]) => {
      const environment = scope.life.of(context.task as RunnerTestCase)
      const body = () => own(context, ...rest)
      return environment === undefined ? body() : guarded(environment, used(), body)
    }
    return disguised(run, fn)
  }
  return { fixture: completing, hook }
}

/** The drivers that a function uses; read when it is asked for, as fixtures may be replaced until then. */
function usedBy(names: FixtureNames, reader: FixtureReader | undefined): () => ReadonlySet<string> {
  return () => {
    if (reader === undefined) return new Set()
    return new Set([...usedFixtures(reader, names.all)].map((fixture) => names.driverOf(fixture)))
  }
}
