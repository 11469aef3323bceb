import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { href, useRoute } from './route.ts'

interface DriverLinkProps {
  readonly environment: EnvironmentInfo
  readonly name: string
}

/** A driver's name that opens its panel; just the name of what is no driver. */
export function DriverLink({ environment, name }: DriverLinkProps): VNode {
  const route = useRoute()
  if (!environment.drivers.some((driver) => driver.name === name)) return <span>{name}</span>
  const view = route.environment === environment.id ? route.view : 'chart'
  return <a href={href({ environment: environment.id, view, driver: name })}>{name}</a>
}
