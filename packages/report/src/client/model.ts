import type {
  DriverInfo,
  DriverInfoReport,
  EnvironmentInfo,
  LogInfo,
  TestInfo,
} from '@testrig/core/driver-info'
import { logElement, REPORT_ELEMENT } from '../page-data.ts'
import { compareEnvironments } from './environment/order.ts'

/** The report with what is looked up in it. */
export interface Model {
  readonly report: DriverInfoReport
  /** Those with failures first, then in the order of their start. */
  readonly environments: readonly EnvironmentInfo[]
  environment(id: string | undefined): EnvironmentInfo | undefined
  /** The tests that used an environment, or one driver of it. */
  testsOf(environment: EnvironmentInfo, driver?: string): readonly TestInfo[]
}

/** Reads the report that the page carries. */
export function readModel(): Model {
  const report = readElement(REPORT_ELEMENT) as DriverInfoReport
  const tests = testsByEnvironment(report)
  const byId = new Map(report.environments.map((environment) => [environment.id, environment]))
  const testsOf: Model['testsOf'] = ({ id }, driver) => {
    const all = tests.get(id) ?? []
    return driver === undefined ? all : all.filter((test) => uses(test, id, driver))
  }
  const failedTests = (environment: EnvironmentInfo) =>
    testsOf(environment).filter(({ state }) => state === 'failed').length
  return {
    report,
    environments: [...report.environments].sort(compareEnvironments(failedTests)),
    environment: (id) => (id === undefined ? undefined : byId.get(id)),
    testsOf,
  }
}

/** The text of a log, which is in an element of its own. */
export function readLog(
  { report }: Model,
  environment: EnvironmentInfo,
  driver: DriverInfo,
  log: LogInfo,
): string {
  const place = [
    report.environments.indexOf(environment),
    environment.drivers.indexOf(driver),
    driver.logs.indexOf(log),
  ] as const
  return readElement(logElement(place)) as string
}

/** The drivers of an environment that a test used. */
export function driversUsed({ used }: TestInfo, environment: string): readonly string[] {
  return used.filter((use) => use.environment === environment).flatMap(({ drivers }) => drivers)
}

function uses(test: TestInfo, environment: string, driver: string): boolean {
  return driversUsed(test, environment).includes(driver)
}

function testsByEnvironment({ tests }: DriverInfoReport): ReadonlyMap<string, readonly TestInfo[]> {
  const found = new Map<string, TestInfo[]>()
  for (const test of tests) {
    for (const id of new Set(test.used.map(({ environment }) => environment))) {
      const list = found.get(id)
      if (list) list.push(test)
      else found.set(id, [test])
    }
  }
  return found
}

function readElement(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? 'null')
}
