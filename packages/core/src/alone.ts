import { join } from 'node:path'
import { readAttribute } from './attributes.ts'
import type { Binding } from './binding.ts'
import type { Driver } from './driver.ts'
import { EnvironmentDirectory } from './environment-directory.ts'
import { unknownDriver } from './errors-declaring.ts'
import { pathSegment } from './runpath.ts'

/** Binds a driver that runs without an environment to itself: its context values can only name the driver. */
export function alone(driver: Driver, name: string): Binding {
  const directory = new EnvironmentDirectory({})
  const only = (asked: string) => {
    if (asked !== name) throw unknownDriver(asked, [name])
    return driver
  }
  return {
    owner: driver,
    name,
    get runpath() {
      return join(directory.path, pathSegment(name))
    },
    get over() {
      return directory.over
    },
    scope: {
      own: driver,
      initialContext: {},
      names: () => [name],
      driver: only,
      nameOf: (other) => {
        if (other !== driver) throw unknownDriver(other.name, [name])
        return name
      },
      read: (asked, path) => readAttribute(only(asked), asked, path),
    },
    onFailure: () => {},
    end: (failed) => directory.end(failed),
  }
}
