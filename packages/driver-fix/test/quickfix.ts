import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { LogMatcher } from '@testrig/core'
import { App } from '@testrig/driver-app'
import type { TestCertificates } from '@testrig/tls'
import { onTestFinished } from 'vitest'

const SOURCE = join(import.meta.dirname, 'quickfix/peer.cpp')
// C++14, as the headers have exception specifications; without HAVE_SSL they have no TLS.
const FLAGS = ['-std=c++14', '-w', '-DHAVE_SSL=1']
const LIBRARIES = ['-lquickfix', '-lssl', '-lcrypto', '-lpthread']

/** What must follow the title of a test when QuickFIX cannot be compiled. */
export const noQuickFix: string | undefined = canCompile()
  ? undefined
  : ' (g++, libquickfix-dev or libssl-dev is missing)'

/** Compiles the peer, once for each version of its source. */
export async function compilePeer(): Promise<string> {
  const key = createHash('sha256')
    .update(readFileSync(SOURCE))
    .update(FLAGS.join())
    .digest('hex')
    .slice(0, 16)
  const directory = join(tmpdir(), 'testrig-quickfix')
  const program = join(directory, `peer-${key}`)
  if (existsSync(program)) return program
  mkdirSync(directory, { recursive: true })
  const own = join(mkdtempSync(join(directory, 'build-')), 'peer')
  await promisify(execFile)('g++', [...FLAGS, '-o', own, SOURCE, ...LIBRARIES])
  renameSync(own, program)
  rmSync(join(own, '..'), { recursive: true })
  return program
}

/** One session of the peer, such as FIX.4.4 with the peer as QF and us as US. */
export interface PeerSession {
  readonly version: string
  readonly us: string
  readonly settings?: Readonly<Record<string, string>>
}

export interface PeerOptions {
  readonly role: 'acceptor' | 'initiator'
  readonly port: number
  readonly sessions: readonly PeerSession[]
  /** Settings of QuickFIX for all sessions. */
  readonly settings?: Readonly<Record<string, string>>
  /** Certificates in files, which is what QuickFIX reads. */
  readonly certificates?: TestCertificates | undefined
}

/** What the peer is called. */
export const PEER = 'QF'

/** QuickFIX as a program, started and stopped by a driver. */
export class QuickFixPeer extends App {
  /** One of its sessions, which is with that name. */
  session(version: string, us: string): PeerView {
    return new PeerView(this, `${version}:${PEER}->${us}`)
  }
}

/** What the peer does in one session. */
export class PeerView {
  readonly #peer: App
  readonly #id: string
  readonly #log: LogMatcher

  constructor(peer: App, id: string) {
    this.#peer = peer
    this.#id = id
    this.#log = new LogMatcher(peer.logpath, { timeout: 10_000 })
  }

  /** Gives a command, as they are in peer.cpp. */
  tell(command: string, rest = ''): void {
    this.#peer.stdin().write(`${command} ${this.#id} ${rest}\n`)
  }

  /** Waits for an event, after those that were waited for before, and gives the line that tells it. */
  async sees(event: string, message = ''): Promise<string> {
    const [line] = await this.#log.match(new RegExp(`^${event} ${this.#id}.*${message}.*`))
    return line
  }
}

/** Starts the peer; it stops when the test ends. */
export async function quickFixPeer(options: PeerOptions): Promise<QuickFixPeer> {
  const directory = mkdtempSync(join(tmpdir(), 'testrig-peer-'))
  const settings = join(directory, 'settings')
  writeFileSync(settings, settingsFile(options))
  const peer = new QuickFixPeer({
    name: 'peer',
    binary: await compilePeer(),
    args: [options.role, options.certificates === undefined ? 'plain' : 'ssl', settings],
    stdoutRegexps: [/^ready$/],
  })
  onTestFinished(async () => {
    await peer[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true })
  })
  return peer.start()
}

function settingsFile({ role, port, sessions, settings = {}, certificates }: PeerOptions): string {
  const common = {
    ConnectionType: role,
    ...(role === 'acceptor'
      ? { SocketAcceptPort: port }
      : { SocketConnectHost: '127.0.0.1', SocketConnectPort: port }),
    StartTime: '00:00:00',
    EndTime: '00:00:00',
    UseDataDictionary: 'N',
    ResetOnLogon: 'Y',
    HeartBtInt: 30,
    ReconnectInterval: 1,
    ...(certificates && tlsSettings(role, certificates)),
    ...settings,
  }
  const each = sessions.map(({ version, us, settings: own = {} }) => ({
    BeginString: version,
    SenderCompID: PEER,
    TargetCompID: us,
    ...(version === 'FIXT.1.1' && { DefaultApplVerID: 'FIX.5.0SP2' }),
    ...own,
  }))
  return [section('DEFAULT', common), ...each.map((session) => section('SESSION', session))].join('\n')
}

function tlsSettings(
  role: PeerOptions['role'],
  { ca, server, client }: TestCertificates,
): Readonly<Record<string, string>> {
  const own =
    role === 'acceptor'
      ? { ServerCertificateFile: server.cert, ServerCertificateKeyFile: server.key }
      : { ClientCertificateFile: client.cert, ClientCertificateKeyFile: client.key }
  return { ...own, CertificationAuthoritiesFile: ca, CertificateVerifyLevel: '2' }
}

function section(name: string, settings: Readonly<Record<string, string | number>>): string {
  return `[${name}]\n${Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')}`
}

function canCompile(): boolean {
  const input = '#include <quickfix/Session.h>\n#include <openssl/ssl.h>\n'
  try {
    execFileSync('g++', [...FLAGS, '-x', 'c++', '-E', '-'], { input, stdio: ['pipe', 'ignore', 'ignore'] })
    return true
  } catch {
    return false
  }
}
