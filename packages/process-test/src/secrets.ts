import { isSecretName } from '@testrig/core'
import type { Report } from './report.ts'

const MASKED = '***'

/** Shorter values stand in texts that have nothing to do with the secret. */
const LEAST_LENGTH = 6

/** What a shell calls its directory; elsewhere `pwd` is short for a password. */
const WORKING_DIRECTORY = 'PWD'

/** The values that a program must not show: those of variables with names of secrets. */
export class Secrets {
  readonly #values: readonly string[]

  constructor(variables: Readonly<Record<string, string>>) {
    const secret = Object.entries(variables).filter(
      ([name, value]) =>
        value.length >= LEAST_LENGTH && name !== WORKING_DIRECTORY && isSecretName(ownName(name)),
    )
    this.#values = secret.map(([, value]) => value).toSorted((a, b) => b.length - a.length)
  }

  mask(text: string): string {
    return this.#values.reduce((masked, value) => masked.replaceAll(value, MASKED), text)
  }

  /** A report with nothing of them in what it tells. */
  maskReport(report: Report): Report {
    if (this.#values.length === 0) return report
    const mask = (text: string | undefined) => text && this.mask(text)
    const failures = (all: Report['outside']) =>
      all.map((each) => ({ ...each, message: this.mask(each.message) }))
    return {
      ...report,
      results: report.results.map((each) => ({
        ...each,
        failures: failures(each.failures),
        note: mask(each.note),
        output: mask(each.output),
      })),
      outside: failures(report.outside),
      running: report.running && { ...report.running, output: this.mask(report.running.output) },
    }
  }
}

/** Of a driver's variable the name of the attribute: that of the driver tells nothing. */
function ownName(variable: string): string {
  return variable.replace(/^DRIVER_.*_ATTR_/, '')
}
