import type { TestAPI } from 'vitest'
import { type AnyFunction, taskFunctionOf } from './vitest-internals.ts'

/** A hook that is being set through a `test`. */
export interface HookCall {
  readonly hook: (typeof HOOKS)[number]
  readonly fn: AnyFunction
  /** The `test` that it is set through. */
  readonly test: unknown
  /** Which of its parameters takes fixtures. */
  readonly parameter: number
}

/** What sees the functions given to a `test`, and may wrap them. */
export interface Instruments {
  hook(call: HookCall): AnyFunction
  fixture(fn: AnyFunction): AnyFunction
}

const HOOKS = ['beforeEach', 'afterEach', 'beforeAll', 'afterAll', 'aroundEach', 'aroundAll'] as const

/** Has the instruments see the hooks and fixtures that are set through a `test` and those derived from it. */
export function instrument(test: TestAPI, instruments: Instruments): TestAPI {
  for (const target of [test, taskFunctionOf(test)]) replaceMethods(target as TestMethods, instruments)
  return test
}

type TestMethods = Record<(typeof HOOKS)[number] | 'extend', AnyFunction>

function replaceMethods(test: TestMethods, instruments: Instruments): void {
  const { extend } = test
  test.extend = function (this: unknown, ...args: unknown[]) {
    const derived = extend.apply(
      this,
      args.map((arg) => wrapped(arg, instruments)),
    ) as TestAPI
    return instrument(derived, instruments)
  }
  for (const hook of HOOKS) {
    const set = test[hook]
    const parameter = hook.startsWith('around') ? 1 : 0
    test[hook] = function (this: unknown, fn: unknown, ...rest: unknown[]) {
      const call = { hook, fn: fn as AnyFunction, test: this, parameter }
      return set.call(this, typeof fn === 'function' ? instruments.hook(call) : fn, ...rest)
    }
  }
}

/** An argument of `extend`: a fixture's name, options, value or function, or an object of fixtures. */
function wrapped(arg: unknown, { fixture }: Instruments): unknown {
  if (typeof arg === 'function') return fixture(arg as AnyFunction)
  if (typeof arg !== 'object' || arg === null || Array.isArray(arg)) return arg
  const entries = Object.entries(arg).map(([name, value]) => {
    if (typeof value === 'function') return [name, fixture(value)]
    if (Array.isArray(value) && typeof value[0] === 'function')
      return [name, [fixture(value[0]), ...value.slice(1)]]
    return [name, value]
  })
  return Object.fromEntries(entries)
}
