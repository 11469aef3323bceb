import type { DriverInfoReport, EnvironmentInfo } from '@testrig/core/driver-info'
import { EPOCH } from './sample-driver.ts'
import { ordersEnvironment } from './sample-report.ts'

/** A run of two projects whose tests each had an environment of their own. */
export function manyEnvironments(count: number): DriverInfoReport {
  const environments = Array.from({ length: count }, (_, index) => oneOfMany(index))
  return {
    version: 1,
    createdAt: new Date(EPOCH + 60_000).toISOString(),
    environments,
    tests: environments.map(({ id, files: [file = ''] }, index) => ({
      name: [`order ${index + 1}`, 'is accepted'],
      file,
      project: index % 2 === 0 ? 'unit' : 'integration',
      state: index % 40 === 11 ? 'failed' : 'passed',
      duration: 20 + (index % 13),
      errors: index % 40 === 11 ? ['AssertionError: expected 200 to be 201'] : [],
      used: [{ environment: id, drivers: ['client', 'app'] }],
    })),
  }
}

function oneOfMany(index: number): EnvironmentInfo {
  const environment = ordersEnvironment()
  const by = index * 40
  return {
    ...environment,
    id: `orders-${index + 1}`,
    scope: 'test',
    files: [`test/orders/part-${(index % 30) + 1}.test.ts`],
    startedAt: environment.startedAt + by,
    readyAt: environment.readyAt + by + (index % 17) * 11,
    drivers: environment.drivers.map((driver) => ({ ...driver, logs: [] })),
  }
}
