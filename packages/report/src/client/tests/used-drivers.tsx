import type { TestInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { DriverLink } from '../driver-link.tsx'
import type { Model } from '../model.ts'

interface UsedDriversProps {
  readonly test: TestInfo
  readonly model: Model
}

/** The drivers that a test used, each a link to its panel. */
export function UsedDrivers({ test, model }: UsedDriversProps): VNode {
  const used = test.used.flatMap(({ environment: id, drivers }) => {
    const environment = model.environment(id)
    return environment ? drivers.map((name) => ({ environment, name })) : []
  })
  return (
    <span class="used">
      {used.map(({ environment, name }) => (
        <DriverLink key={`${environment.id} ${name}`} environment={environment} name={name} />
      ))}
    </span>
  )
}
