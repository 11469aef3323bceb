import type { Environment } from '@testrig/core'
import { DRIVER_INFO_VERSION, recordDriverInfo } from '@testrig/core/driver-info'
import { writeReport } from '@testrig/report'
import { say } from './say.ts'

const DEFAULT_DIRECTORY = '.testrig/driver-info'

/** Records an environment that is about to start; gives what writes the report, once it is down. */
export function record(environment: Environment, directory: string): () => Promise<void> {
  const recorder = recordDriverInfo(environment, { scope: 'run' })
  return async () => {
    const report = {
      version: DRIVER_INFO_VERSION,
      createdAt: new Date().toISOString(),
      environments: [await recorder.info()],
      tests: [],
    } as const
    const { html } = await writeReport(report, directory === '' ? DEFAULT_DIRECTORY : directory)
    say(`report: ${html}`)
  }
}
