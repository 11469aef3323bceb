export interface ChildEnvironmentOptions {
  readonly inherit: boolean
  /** What the user sets; null and undefined take a variable away. */
  readonly own: Readonly<Record<string, unknown>>
  /** What marks the process as ours. */
  readonly marks: Readonly<Record<string, string>>
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
export function childEnvironment({ inherit, own, marks }: ChildEnvironmentOptions): Record<string, string> {
  const variables: Variables = inherit ? { ...UNBUFFERED, ...withoutVitest(process.env) } : {}
  for (const [name, value] of Object.entries(own))
    variables[name] = value === null || value === undefined ? undefined : String(value)
  return Object.fromEntries(
    Object.entries({ ...variables, ...marks }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>
}

function withoutVitest(variables: Variables): Variables {
  if (variables.VITEST === undefined) return { ...variables }
  const kept = Object.entries(variables).filter(
    ([name, value]) =>
      name !== 'VITEST' && !name.startsWith('VITEST_') && !SET_BY_VITEST[name]?.includes(value ?? ''),
  )
  return Object.fromEntries(kept)
}
