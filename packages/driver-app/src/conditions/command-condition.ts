import { type Condition, poll } from '@testrig/core'
import type { CommandReadiness } from '../readiness.ts'
import type { ProgramView } from './program-view.ts'

/** Longest time that one run of the command may take, in milliseconds. */
const ATTEMPT = 10_000

export function commandCondition({ file, args }: CommandReadiness, program: ProgramView): Condition {
  const shown = [file, ...args].join(' ')
  let last: string | undefined
  const succeeds = async (signal: AbortSignal) => {
    const { execa } = await import('execa')
    const result = await execa(file as string, args.map(String), {
      cwd: program.workingDir,
      env: program.environment,
      extendEnv: false,
      reject: false,
      all: true,
      stdin: 'ignore',
      killDescendants: true,
      cancelSignal: signal,
      timeout: ATTEMPT,
    })
    last = `it ended with ${result.shortMessage ?? result.exitCode}: ${(result.all ?? '').slice(-200)}`
    return result.exitCode === 0
  }
  return {
    name: `\`${shown}\` ends with exit code 0`,
    wait: (signal) => poll(() => succeeds(signal), signal),
    progress: () => last,
  }
}
