import { relative, resolve } from 'node:path'
import { styleText } from 'node:util'
import type { Reporter, TestModule, TestProject, Vitest } from 'vitest/node'
import { collectReport } from './collect-report.ts'
import {
  checkDriverInfo,
  DEFAULT_DIRECTORY,
  DRIVER_INFO_KEY,
  type DriverInfoOptions,
  driverInfoOptions,
  type RecordingSettings,
} from './driver-info-options.ts'
import { textOf } from './errors.ts'
import { type SummaryLine, summaryOf } from './summary.ts'

/** Those that the plugin added. */
const added = new WeakMap<Vitest, DriverInfoReporter>()

/**
 * Has workers record driver info, writes the report of it, and prints a line per environment. The plugin adds it by itself.
 *
 * @throws OPTION_UNKNOWN, OPTION_INVALID
 */
export class DriverInfoReporter implements Reporter {
  readonly #options: DriverInfoOptions
  /** Directories of the projects that have options of their own. */
  readonly #directories = new Map<string, string | undefined>()
  #vitest: Vitest | undefined

  constructor(options: DriverInfoOptions = {}) {
    this.#options = checkDriverInfo('DriverInfoReporter', options)
  }

  /** The reporter of a run of Vitest; it is added when there is none. */
  static of(vitest: Vitest): DriverInfoReporter {
    // A restart after an edit of the configuration makes a list anew.
    const list = vitest.config.reporters as unknown[]
    const listed = list.find((reporter) => reporter instanceof DriverInfoReporter)
    if (listed !== undefined) return listed
    const reporter = new DriverInfoReporter()
    added.set(vitest, reporter)
    list.push(reporter)
    return reporter
  }

  /** Has a project's environments recorded. */
  record(project: TestProject, options: DriverInfoOptions): void {
    this.#directories.set(project.name, options.directory)
    project.provide(DRIVER_INFO_KEY as never, settingsOf(options) as never)
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
    // A list that was written by hand has it for all projects; the plugin, for those that asked.
    if (added.get(vitest) === this) return
    const options = driverInfoOptions(this.#options)
    if (options === undefined) return
    for (const project of vitest.projects)
      if (!this.#directories.has(project.name)) this.record(project, options)
  }

  async onTestRunEnd(): Promise<void> {
    const vitest = this.#vitest as Vitest
    // In watch mode also those that did not run again.
    const modules = vitest.state.getTestModules()
    const byDirectory = Map.groupBy(modules, (module) => this.#directoryOf(module))
    for (const directory of [...byDirectory.keys()].sort())
      await this.#report(byDirectory.get(directory) ?? [], directory)
  }

  async #report(modules: readonly TestModule[], directory: string): Promise<void> {
    const { root } = (this.#vitest as Vitest).config
    const report = collectReport(modules, root)
    if (report.environments.length === 0) return
    try {
      const { writeReport } = await import('@testrig/report')
      const { html } = await writeReport(report, directory)
      print([...summaryOf(report.environments), { label: 'Report', text: shown(html) }])
    } catch (error) {
      process.exitCode = 1
      process.stderr.write(`testrig: ${textOf(error)}\n`)
    }
  }

  #directoryOf({ project }: TestModule): string {
    const { root } = (this.#vitest as Vitest).config
    return resolve(root, this.#directories.get(project.name) ?? this.#options.directory ?? DEFAULT_DIRECTORY)
  }
}

function settingsOf({ mask, logBytes }: DriverInfoOptions): RecordingSettings {
  return { ...(mask !== undefined && { mask }), ...(logBytes !== undefined && { logBytes }) }
}

/** Lines in the manner of Vitest's own; the standard output may hold the report of a reporter for programs. */
function print(lines: readonly SummaryLine[]): void {
  const stream = process.stderr
  const text = lines.map(({ label, text, failed = false }) => {
    const name = styleText(failed ? 'red' : 'dim', label.padStart(11), { stream })
    return `${name}  ${text}\n`
  })
  stream.write(`${text.join('')}\n`)
}

function shown(path: string): string {
  const inside = relative(process.cwd(), path)
  return inside.startsWith('..') ? path : inside
}
