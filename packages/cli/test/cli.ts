import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'

// A test starts several programs, one after another: leave room on a busy machine.
vi.setConfig({ testTimeout: 60_000 })
const UP = { timeout: 50_000 }

const BIN = join(import.meta.dirname, '../src/bin.ts')

export interface CliOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** What its standard input is. @default 'pipe' */
  readonly stdin?: 'pipe' | 'ignore'
}

/** The command `testrig` as it runs. */
export class Cli {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  out = ''
  err = ''

  constructor(args: readonly string[], { cwd, env = {}, stdin = 'pipe' }: CliOptions) {
    const stdio: StdioOptions = [stdin, 'pipe', 'pipe']
    this.child = spawn(process.execPath, [BIN, ...args], {
      cwd,
      stdio,
      env: { ...ownEnvironment(), NO_COLOR: '1', ...env },
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text
    })
    this.ended = new Promise((done) => this.child.on('close', (code) => done(code)))
    onTestFinished(() => void this.child.kill('SIGKILL'))
  }

  /** Resolves when the drivers are up; gives the variables. */
  async up(): Promise<Readonly<Record<string, string>>> {
    await expect.poll(() => this.err, UP).toContain('up after')
    await expect.poll(() => this.out, UP).not.toBe('') // The two streams may come in another order.
    return Object.fromEntries(
      [...this.out.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]),
    )
  }

  /** Resolves when it has printed this, on either stream. */
  async prints(text: string): Promise<void> {
    await expect.poll(() => this.out + this.err, UP).toContain(text)
  }
}

/** Runs `testrig` to its end. */
export async function testrig(
  args: readonly string[],
  options: CliOptions,
): Promise<{ code: number | null; out: string; err: string }> {
  const cli = new Cli(args, options)
  const code = await cli.ended
  return { code, out: cli.out, err: cli.err.replaceAll(options.cwd, '<folder>') }
}

/** Whether a process runs: it exists and is no zombie. Source: proc(5), /proc/PID/stat. */
export function runs(pid: number | string | undefined): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

function ownEnvironment(): NodeJS.ProcessEnv {
  const others = /^(VITEST.*|TEST|NODE_ENV|NODE_OPTIONS|NODE_PATH|FORCE_COLOR|FORCE_TTY|TESTRIG_.*)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !others.test(name)))
}
