import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { App, type AppOptions } from '@testrig/driver-app'
import { running } from '@testrig/sockets/testing'

const SOURCE = join(import.meta.dirname, 'libzmq/peer.c')
const FLAGS = ['-std=c11', '-Wall', '-Werror', '-O1']

/** Whether tests with libzmq are skipped; on CI they are not, but fail. */
export const skipped: boolean = process.env.CI !== 'true' && !canCompile()

/** The reason as the end of a title. */
export const reason: string = skipped
  ? ' (skipped: gcc or zmq.h is missing; apt-get install gcc libzmq3-dev)'
  : ''

export interface PeerOptions {
  readonly pattern: string
  /** An endpoint such as `tcp://127.0.0.1:5555`; without it the peer binds one, which is `peer.endpoint`. */
  readonly connect?: string
  readonly routingId?: string
}

/** A program in C that has a socket of libzmq, and does with it what it is told. */
export class LibzmqPeer extends App {
  /** Where the peer is. */
  get endpoint(): string {
    return this.extracts.endpoint as string
  }

  /** Gives a command of peer.c. */
  tell(command: string): void {
    this.stdin().write(`${command}\n`)
  }

  /** Has it receive a message; gives the frames with spaces between, or what they are of. */
  async receive(): Promise<string> {
    this.tell('receive')
    const [, frames] = await this.logMatcher().match(/^received (.*)/, { timeout: 20_000 })
    return frames as string
  }
}

/** Starts a peer; it stops when the test ends. */
export async function libzmqPeer({ pattern, connect, routingId }: PeerOptions): Promise<LibzmqPeer> {
  const role = connect === undefined ? ['bind', 'tcp://127.0.0.1:*'] : ['connect', connect]
  const options: AppOptions = {
    name: 'peer',
    binary: await compiled(),
    args: [pattern, ...role, ...(routingId === undefined ? [] : [routingId])],
    stdoutRegexps: [/^ready (?<endpoint>\S+)$/],
  }
  return running(new LibzmqPeer(options))
}

/** The program, compiled once for each version of its source. */
async function compiled(): Promise<string> {
  const key = createHash('sha256')
    .update(readFileSync(SOURCE))
    .update(FLAGS.join())
    .digest('hex')
    .slice(0, 16)
  const directory = join(tmpdir(), 'testrig-libzmq')
  const program = join(directory, `peer-${key}`)
  if (existsSync(program)) return program
  mkdirSync(directory, { recursive: true })
  const own = mkdtempSync(join(directory, 'build-'))
  await promisify(execFile)('gcc', [...FLAGS, '-o', join(own, 'peer'), SOURCE, '-lzmq'])
  renameSync(join(own, 'peer'), program)
  rmSync(own, { recursive: true })
  return program
}

function canCompile(): boolean {
  const options = { input: '#include <zmq.h>\n', stdio: ['pipe', 'ignore', 'ignore'] as const }
  try {
    execFileSync('gcc', ['-E', '-'], { input: options.input, stdio: [...options.stdio] })
    return true
  } catch {
    return false
  }
}
