import { writeSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node'

/**
 * Prints `N passed, N failed` as the very last line of a run. On CI (`CI=true`) a skipped test, a todo or a file without
 * tests fails the run: there, everything that tests need is installed.
 */
export class CiReporter implements Reporter {
  #passed = 0
  #failed = 0
  #watch = false

  onInit(vitest: { config: { watch: boolean } }): void {
    this.#watch = vitest.config.watch
    if (this.#watch) return
    // Global teardown and reporters may still fail, or print, after the run's end: only the exit is the end.
    process.once('exit', (code) => {
      if (code !== 0 && this.#failed === 0) this.#failed = 1
      if (this.#failed > 0) process.exitCode = 1
      writeSync(1, `${this.#passed} passed, ${this.#failed} failed\n`)
    })
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()])
    const skipped = tests.filter((test) => test.result().state === 'skipped')
    const empty = modules.filter((module) => module.ok() && [...module.children.allTests()].length === 0)
    const ranWrong = tests.filter((test) => ['failed', 'pending'].includes(test.result().state))
    const brokenSuites = suites.filter((suite) => suite.errors().length > 0)

    this.#passed = tests.filter((test) => test.result().state === 'passed').length
    this.#failed = ranWrong.length + brokenSuites.length + unhandledErrors.length
    if (reason !== 'passed') this.#failed = Math.max(this.#failed, 1)
    if (process.env.CI !== 'true' || this.#watch) return

    this.#failed += skipped.length + empty.length
    for (const test of skipped) {
      const note = test.options.mode === 'todo' ? 'todo' : 'skipped'
      console.error(`On CI no test may be ${note}: ${test.module.relativeModuleId} > ${test.fullName}`)
    }
    for (const module of empty)
      console.error(`On CI no file may be without tests: ${module.relativeModuleId}`)
  }
}
