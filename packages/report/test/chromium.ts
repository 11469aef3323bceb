import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** The program, if it is on the path. */
export const chromium: string | undefined = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path))

/** Why tests that need a browser are skipped; on CI they are not, but fail. */
export const skipped: string | undefined =
  chromium !== undefined || process.env.CI === 'true' ? undefined : 'there is no chromium on the PATH'

/** The reason as the end of a title. */
export const reason: string = skipped === undefined ? '' : ` (skipped: ${skipped})`
