import { readFile } from 'node:fs/promises'
import { parseReport, writeReport } from '@testrig/report'
import { readArguments } from './arguments.ts'
import { argumentMissing, needlessCommand, reportUnreadable } from './errors.ts'
import { SUCCEEDED } from './exit-codes.ts'
import { REPORT_USAGE } from './help.ts'
import { mergeReports } from './merge-reports.ts'

/** Runs `testrig report`; gives the exit code. */
export async function reportCommand(args: readonly string[]): Promise<number> {
  const { values, positionals, rest } = readArguments(args, { out: 'value' })
  if (positionals.length === 0) throw argumentMissing(REPORT_USAGE, 'The file')
  if (values.out === undefined) throw argumentMissing(REPORT_USAGE, 'The option `--out`')
  if (rest !== undefined) throw needlessCommand('report')
  const reports = await Promise.all(
    positionals.map(async (path) => {
      const text = await readFile(path, 'utf8').catch((cause) => {
        throw reportUnreadable(path, cause)
      })
      return parseReport(text, path)
    }),
  )
  const { html } = await writeReport(mergeReports(reports), values.out)
  process.stdout.write(`${html}\n`)
  return SUCCEEDED
}
