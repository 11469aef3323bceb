import { patternsWithoutFile } from './errors-logs.ts'
import type { LogPattern } from './log-patterns.ts'
import { type LogStream, LogWatch } from './log-watch.ts'

/** Where a driver's logs are; the log may be the standard output. */
export type LogFiles = Readonly<Record<LogStream, string | undefined>>

export interface LogRegexps {
  readonly logRegexps: readonly LogPattern[]
  readonly stdoutRegexps: readonly LogPattern[]
  readonly stderrRegexps: readonly LogPattern[]
  readonly failRegexps: readonly LogPattern[]
}

/**
 * Makes the watches that the patterns of a driver need; captured groups go to `extracts`.
 *
 * @throws PATTERNS_WITHOUT_LOG when patterns are given for a file that the driver does not have
 */
export function watchLogs(
  files: LogFiles,
  { logRegexps, stdoutRegexps, stderrRegexps, failRegexps }: LogRegexps,
  driver: string,
  extracts: Readonly<Record<string, string>>,
): readonly LogWatch[] {
  const wanted = { log: logRegexps, stdout: stdoutRegexps, stderr: stderrRegexps }
  if (failRegexps.length > 0 && distinctFiles(files).length === 0)
    throw patternsWithoutFile(driver, 'failRegexps')
  const onExtracts = (found: Readonly<Record<string, string>>) => void Object.assign(extracts, found)
  return (['log', 'stdout', 'stderr'] as const).flatMap((stream) => {
    const [path, patterns] = [files[stream], wanted[stream]]
    if (path === undefined && patterns.length > 0) throw patternsWithoutFile(driver, `${stream}Regexps`)
    const failPatterns = stream === 'log' && path === files.stdout ? [] : failRegexps
    if (path === undefined || patterns.length + failPatterns.length === 0) return []
    return [new LogWatch({ driver, stream, path, patterns, failPatterns, onExtracts })]
  })
}

/** A driver's log files, each path once. */
export function distinctFiles(files: LogFiles): readonly (readonly [LogStream, string])[] {
  const log = files.log === files.stdout ? undefined : files.log
  const all = [
    ['stdout', files.stdout],
    ['stderr', files.stderr],
    ['log', log],
  ] as const
  return all.flatMap(([stream, path]) => (path === undefined ? [] : [[stream, path] as const]))
}
