import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DriverInfoReport, reportToMermaid } from '@testrig/core/driver-info'
import { notWritten } from './errors.ts'
import { renderReport } from './render-report.ts'

/** The paths of a written report. */
export interface ReportFiles {
  /** The page, to be opened in a browser. */
  readonly html: string
  /** The data, of the form in report.schema.json. */
  readonly json: string
  /** The charts as Mermaid text. */
  readonly mermaid: string
}

/**
 * Writes a report as `index.html`, `report.json` and `report.mmd`. The directory is made if need be; other files in it
 * stay. Whoever reads one of the files while it is written sees the old or the new one, whole.
 * @throws REPORT_INVALID when the report has not the form that its version says
 * @throws REPORT_VERSION when it is of another version than this package knows
 * @throws REPORT_NOT_WRITTEN when the files cannot be written
 */
export async function writeReport(report: DriverInfoReport, directory: string): Promise<ReportFiles> {
  const files = {
    html: join(directory, 'index.html'),
    json: join(directory, 'report.json'),
    mermaid: join(directory, 'report.mmd'),
  }
  const html = await renderReport(report)
  try {
    await mkdir(directory, { recursive: true })
    await Promise.all([
      replaceFile(files.json, `${JSON.stringify(report, undefined, 1)}\n`),
      replaceFile(files.mermaid, reportToMermaid(report)),
      replaceFile(files.html, html),
    ])
  } catch (error) {
    throw notWritten(directory, error)
  }
  return files
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
