import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Resolved } from '@testrig/core'
import type { AppDefaults, AppOptions } from './app-options.ts'
import { childEnvironment } from './child-environment.ts'
import { noWorkingDir } from './errors.ts'
import type { ProgramOptions } from './program.ts'

export interface ProgramPlace {
  readonly label: string
  readonly appPath: string
  readonly outpath: string
  readonly errpath: string
}

/** How a driver's options have its program run. @throws APP_WORKING_DIR */
export function programOptions(
  command: readonly string[],
  config: Resolved<AppOptions, AppDefaults>,
  { label, appPath, outpath, errpath }: ProgramPlace,
): ProgramOptions {
  const { uid, gid, stopSignal, stopTimeout, output, inheritEnv: inherit, env: own } = config
  return {
    command,
    cwd: workingDirectory(config.workingDir, appPath, label),
    env: childEnvironment({ inherit, own }),
    outpath,
    errpath,
    stopSignal,
    stopTimeout,
    uid,
    gid,
    wrapped: output === 'pty',
  }
}

function workingDirectory(given: string | undefined, appPath: string, label: string): string {
  if (given === undefined) return appPath
  const path = resolve(given)
  const isThere = existsSync(path)
  if (!isThere || !statSync(path).isDirectory()) throw noWorkingDir(label, path, isThere)
  return path
}
