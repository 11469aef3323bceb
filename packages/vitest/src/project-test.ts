import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { EnvironmentDefinition } from '@testrig/core'
import { vi } from 'vitest'
import {
  driverInfoWithoutPlugin,
  projectFileCycle,
  projectFileInvalid,
  projectFileMissing,
  projectFileSlow,
  projectNotConfigured,
} from './errors.ts'
import { type EnvironmentTest, fixtures } from './fixtures.ts'
import { projectOptions } from './project-options.ts'
import { isRecorded } from './recording.ts'
import { workerConfig } from './vitest-internals.ts'

const LOAD_TIMEOUT = 30_000
const OWN_IMPORT = /^\s*(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s*)?(['"])@testrig\/vitest\1/m

/** The `test` of the environment that the project configures, or one that says how to configure it. */
export async function projectTest<D>(): Promise<EnvironmentTest<D>> {
  const { environment, loadTimeout = LOAD_TIMEOUT, driverInfo, ...options } = projectOptions() ?? {}
  if (environment === undefined) return notConfigured() as EnvironmentTest<D>
  // The plugin takes this option out; the reporter gives workers the settings without it.
  if (driverInfo !== undefined && driverInfo !== false && !isRecorded()) throw driverInfoWithoutPlugin()
  const path = resolve(workerConfig().root ?? process.cwd(), environment)
  checkFile(environment, path)
  const definition = await within(loadTimeout, path, vi.importActual<{ default?: unknown }>(path))
  if (!(definition.default instanceof EnvironmentDefinition))
    throw projectFileInvalid(path, definition.default)
  return fixtures(definition.default, options) as unknown as EnvironmentTest<D>
}

/** @throws PROJECT_ENVIRONMENT_MISSING, PROJECT_ENVIRONMENT_CYCLE */
function checkFile(option: string, path: string): void {
  if (!existsSync(path)) throw projectFileMissing(option, path)
  const text = readFileSync(path, 'utf8')
  const own = OWN_IMPORT.exec(text)
  if (own !== null) throw projectFileCycle(path, text.slice(0, own.index + own[0].length).split('\n').length)
}

async function within<T>(limit: number, path: string, loading: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(projectFileSlow(path, limit)), limit)
  return await Promise.race([loading, late]).finally(() => clearTimeout(timer))
}

function notConfigured(): unknown {
  const refuse = () => {
    throw projectNotConfigured()
  }
  // It is returned through a promise, which looks for `then`.
  const get = (_: unknown, key: string | symbol) =>
    typeof key === 'symbol' || key === 'then' ? undefined : refuse()
  return new Proxy(() => {}, { apply: refuse, get })
}
