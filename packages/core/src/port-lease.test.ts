import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { claimPort, leasePort, type PortLease } from './port-lease.ts'
import { portHolder } from './port-lock.ts'

const module = import.meta.resolve('./port-lease.ts')
const uid = process.getuid?.()
let directory: string
let locks: string
let leases: PortLease[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testrig-lease-'))
  locks = join(directory, `testrig-ports-${uid}`)
  leases = []
  vi.stubEnv('TMPDIR', directory)
})

afterEach(() => {
  for (const lease of leases) lease.release()
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true })
})

async function lease(options?: Parameters<typeof leasePort>[0]): Promise<PortLease> {
  const made = await leasePort(options)
  leases.push(made)
  return made
}

function only(port: number) {
  return { range: { from: port, to: port } }
}

/** A process that runs a body with `leasePort` and tells what it returns, then lives on until its input ends. */
function startProcess(body: string): ChildProcess {
  const program = `import { claimPort, leasePort } from '${module}'
    import { createServer } from 'node:net'
    import { once } from 'node:events'
    process.stdin.resume()
    console.log('started')
    await once(process.stdin, 'data')
    console.log(JSON.stringify(await (async () => { ${body} })()))
    process.stdin.on('end', () => process.exit())`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, TMPDIR: directory, NODE_NO_WARNINGS: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

/** Starts the processes, lets them run the body at the same moment, and answers with what each returned. */
async function together<T>(count: number, body: string): Promise<{ children: ChildProcess[]; results: T[] }> {
  const children = Array.from({ length: count }, () => startProcess(body))
  const outputs = children.map((child) => createInterface(child.stdout!)[Symbol.asyncIterator]())
  await Promise.all(outputs.map((output) => output.next()))
  for (const child of children) child.stdin!.write('go\n')
  const results = await Promise.all(
    outputs.map(async (output) => JSON.parse((await output.next()).value ?? 'null') as T),
  )
  return { children, results }
}

describe('a lease', () => {
  test('is of a port that can be bound, below the ports of outgoing connections', async () => {
    const { port } = await lease()
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
    expect(port).toBeGreaterThanOrEqual(20_000)
    if (process.platform === 'linux') {
      const ephemeral = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split('\t')[0]
      expect(port).toBeLessThan(Number(ephemeral))
    }
  })

  test('is of another port each time, also at once', async () => {
    const made = await Promise.all(Array.from({ length: 100 }, () => lease()))
    expect(new Set(made.map(({ port }) => port)).size).toBe(100)
  })

  test('names its process in a lock, until it is released', async () => {
    const made = await lease()
    expect(readlinkSync(join(locks, String(made.port)))).toMatch(new RegExp(`^${process.pid}(-\\d+)?$`))
    made.release()
    expect(readdirSync(locks)).toEqual([])
  })

  test('is locked in a directory of its user alone', async () => {
    await lease()
    expect(statSync(locks).mode & 0o777).toBe(0o700)
  })

  test('that was released can be made again, and a second release does not touch it', async () => {
    const first = await lease()
    first.release()
    const second = await lease(only(first.port))
    expect(second.port).toBe(first.port)
    second.release()
    const third = await lease(only(first.port))
    second.release()
    expect(readdirSync(locks)).toEqual([String(third.port)])
  })

  test('stays within its range', async () => {
    const made = await Promise.all([lease({ range: { from: 23_100, to: 23_120 } }), lease(only(23_121))])
    expect(made[0].port).toBeGreaterThanOrEqual(23_100)
    expect(made[0].port).toBeLessThanOrEqual(23_120)
    expect(made[1].port).toBe(23_121)
  })

  test.each(['127.0.0.1', '0.0.0.0', '::1'])('passes over a port that %s listens on', async (host) => {
    const { port } = await lease({ range: { from: 24_000, to: 24_500 } })
    leases[0]!.release()
    const server = createServer().listen(port, host)
    await once(server, 'listening')
    onTestFinished(() => {
      server.close()
    })
    expect((await lease({ range: { from: port, to: port + 20 } })).port).toBeGreaterThan(port)
    expect(readdirSync(locks)).toEqual([String(leases[1]!.port)])
  })
})

describe('processes', () => {
  test('that lease at once get different ports, which can be bound', { timeout: 60_000 }, async () => {
    const { results } = await together<number[]>(
      8,
      `const ports = (await Promise.all(Array.from({ length: 50 }, () => leasePort()))).map(({ port }) => port)
       for (const port of ports) await once(createServer().listen(port, '127.0.0.1'), 'listening')
       return ports`,
    )
    const ports = results.flat()
    expect(ports).toHaveLength(400)
    expect(new Set(ports).size).toBe(400)
  })

  test('release their leases when they exit', async () => {
    const { children, results } = await together<number>(
      2,
      'await leasePort(); return (await leasePort()).port',
    )
    expect(readdirSync(locks)).toHaveLength(4)
    expect(results[0]).not.toBe(results[1])
    await Promise.all(
      children.map((child) => {
        child.stdin!.end()
        return once(child, 'exit')
      }),
    )
    expect(readdirSync(locks)).toEqual([])
  })

  test('that were killed lose their leases', async () => {
    const { children, results } = await together<number>(1, 'return (await leasePort()).port')
    const port = results[0]!
    await expect(leasePort(only(port))).rejects.toMatchObject({ code: 'PORT_NONE_FREE' })
    children[0]!.kill('SIGKILL')
    await once(children[0]!, 'exit')
    expect(readdirSync(locks)).toEqual([String(port)])
    expect((await lease(only(port))).port).toBe(port)
    expect(readdirSync(locks)).toEqual([String(port)])
  })

  test('that see the same stale locks at once take each over once', { timeout: 60_000 }, async () => {
    mkdirSync(locks)
    const ports = Array.from({ length: 40 }, (_, index) => 25_000 + index)
    for (const port of ports) symlinkSync('999999999-1', join(locks, String(port)))
    const { results } = await together<number[]>(
      8,
      `const got = []
       for (const port of ${JSON.stringify(ports)}) {
         await leasePort({ range: { from: port, to: port } }).then(() => got.push(port), () => {})
       }
       return got`,
    )
    expect(results.flat().toSorted()).toEqual(ports)
  })
})

describe('a lock', () => {
  beforeEach(() => mkdirSync(locks))

  test('of a process whose number now belongs to another is stale', async () => {
    symlinkSync(`${process.pid}-1`, join(locks, '25500'))
    expect((await lease(only(25_500))).port).toBe(25_500)
  })

  test('that is no link to a process is stale', async () => {
    writeFileSync(join(locks, '25501'), '')
    expect((await lease(only(25_501))).port).toBe(25_501)
    expect(lstatSync(join(locks, '25501')).isSymbolicLink()).toBe(true)
  })

  test('is taken over although a process was killed while it took it over', async () => {
    symlinkSync('999999999-1', join(locks, '25502'))
    symlinkSync('999999999-2', join(locks, '25502.after-999999999-1'))
    expect((await lease(only(25_502))).port).toBe(25_502)
    expect(readdirSync(locks)).toEqual(['25502'])
  })

  test('stays while another process takes it over', async () => {
    const parent = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19]
    symlinkSync('999999999-1', join(locks, '25503'))
    symlinkSync(`${process.ppid}-${parent}`, join(locks, '25503.after-999999999-1'))
    await expect(leasePort(only(25_503))).rejects.toMatchObject({ code: 'PORT_NONE_FREE' })
    expect(readdirSync(locks).toSorted()).toEqual(['25503', '25503.after-999999999-1'])
  })
})

describe('a port that is claimed', () => {
  function claim(port: number): PortLease | undefined {
    const made = claimPort(port)
    if (made !== undefined) leases.push(made)
    return made
  }

  /** A free port beyond those that Testrig leases, to other tests too. */
  async function systemPort(): Promise<number> {
    const server = createServer().listen(0)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await once(server.close(), 'close')
    return port
  }

  test('is leased to nobody else until it is released, whether it can be bound or not', async () => {
    const port = await systemPort()
    const server = createServer().listen(port)
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const claimed = claim(port)
    expect([claimed?.port, portHolder(port)]).toEqual([port, process.pid])
    const { results } = await together<boolean>(1, `return claimPort(${port}) === undefined`)
    expect(results).toEqual([true])
    claimed?.release()
    expect(portHolder(port)).toBeUndefined()
  })

  test('is that of one of two processes that claim it at the same moment', async () => {
    const port = await systemPort()
    const { results, children } = await together<boolean>(2, `return claimPort(${port}) !== undefined`)
    expect(results.toSorted()).toEqual([false, true])
    expect(portHolder(port)).toBe(children[results.indexOf(true)]?.pid)
    expect(claim(port)).toBeUndefined()
  })

  test('stays leased when this process has leased it already', async () => {
    const { port } = await lease()
    claim(port)?.release()
    expect(portHolder(port)).toBe(process.pid)
  })
})

describe('an error', () => {
  test('tells how many ports of the range are leased and in use', async () => {
    await lease(only(25_600))
    const server = createServer().listen(25_601)
    await once(server, 'listening')
    onTestFinished(() => {
      server.close()
    })
    await expect(
      leasePort({ range: { from: 25_600, to: 25_601 } }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [PORT_NONE_FREE]: No free port from 25600 to 25601: 1 leased by Testrig processes, 1 in use. Give a wider range, or stop what uses them.]`,
    )
  })

  test('tells that the host is not of this machine', async () => {
    await expect(
      leasePort({ host: '192.0.2.1', ...only(25_700) }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [PORT_HOST]: Cannot bind a port on host '192.0.2.1' (listen EADDRNOTAVAIL: address not available 192.0.2.1:25700). Give an address of this machine, such as '127.0.0.1'.]`,
    )
    expect(readdirSync(locks)).toEqual([])
  })

  test.each([
    { from: 80, to: 90 },
    { from: 3000, to: 2000 },
    { from: 3000.5, to: 4000 },
    { from: 3000, to: 70_000 },
  ])('tells that the range $from to $to is wrong', async (range) => {
    await expect(leasePort({ range })).rejects.toMatchObject({
      code: 'PORT_RANGE',
      message: expect.stringContaining(`got { from: ${range.from}, to: ${range.to} }.`),
    })
  })

  test('tells that the locks cannot be kept', async () => {
    writeFileSync(locks, 'not a directory')
    await expect(leasePort()).rejects.toMatchObject({
      code: 'PORT_LOCK_DIRECTORY',
      message: expect.stringContaining(locks),
    })
  })

  test('tells so where the temporary directory cannot hold any', () => {
    // A process of its own, as a call that comes to no end would hold up the tests.
    const text = `import { leasePort } from '${module}'
      await leasePort().catch(({ code, message }) => console.log(code, message))`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
      env: { ...process.env, TMPDIR: '/proc/x', NODE_NO_WARNINGS: '1' },
      timeout: 10_000,
    })
    expect(`${stdout}`).toMatch(/^PORT_LOCK_DIRECTORY .*\/proc\/x\/testrig-ports-/)
  })
})
