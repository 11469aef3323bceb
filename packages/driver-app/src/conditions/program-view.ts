/** What conditions need to know of the program that they wait for. */
export interface ProgramView {
  readonly label: string
  /** Directory of the program's files. */
  readonly appPath: string
  readonly workingDir: string
  readonly logpath: string
  readonly environment: Readonly<Record<string, string>>
  /** The port of that number or name; undefined while it is not known. */
  port(port: number | string): number | undefined
  addExtracts(values: Readonly<Record<string, string>>): void
}
