import { setImmediate } from 'node:timers'

export interface ChildEnvironmentOptions {
  readonly inherit: boolean
  /** What the user sets; null and undefined take a variable away. */
  readonly own: Readonly<Record<string, unknown>>
}

type Variables = Record<string, string | undefined>

/** Variables that Vitest and Vite set in their workers, with the values that tell them from a user's own. */
const SET_BY_VITEST: Readonly<Record<string, readonly string[]>> = {
  NODE_ENV: ['test'],
  BASE_URL: ['/'],
  MODE: ['test'],
  DEV: ['1', 'true'],
  PROD: ['', 'false'],
  SSR: ['1', 'true'],
  TEST: ['true'],
  FORCE_TTY: ['true', ''],
}

/** Has common runtimes write lines as they come, also into files. */
const UNBUFFERED: Readonly<Record<string, string>> = { PYTHONUNBUFFERED: '1' }

/** Makes the environment of a program: the inherited one without what Vitest adds, then the user's variables. */
export function childEnvironment({ inherit, own }: ChildEnvironmentOptions): Record<string, string> {
  const variables: Variables = inherit ? { ...UNBUFFERED, ...inherited() } : {}
  for (const [name, value] of Object.entries(own)) {
    if (value === null || value === undefined) delete variables[name]
    else variables[name] = String(value)
  }
  return variables as Record<string, string>
}

let current: Variables | undefined

/** This process's variables; drivers that start in one turn of the event loop share a copy, as reading them is slow. */
function inherited(): Variables {
  if (current === undefined) {
    current = withoutVitest({ ...process.env })
    setImmediate(() => {
      current = undefined
    })
  }
  return current
}

function withoutVitest(variables: Variables): Variables {
  if (variables.VITEST === undefined) return variables
  const kept = Object.entries(variables).filter(
    ([name, value]) =>
      name !== 'VITEST' && !name.startsWith('VITEST_') && !SET_BY_VITEST[name]?.includes(value ?? ''),
  )
  return Object.fromEntries(kept)
}
