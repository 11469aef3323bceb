import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test } from 'vitest'
import { writeDictionary } from '../test/dictionaries.ts'
import { loggedOn } from '../test/logged-on.ts'
import { frame } from '../test/raw-peer.ts'

const FRAMES = 100_000
/** Most connections are ended by one of the first messages that are wrong. */
const PER_CONNECTION = 20
const MEGABYTE = 1024 * 1024
const LIMITS = { logonTimeout: 1_000, maxMessageSize: 100_000 }

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** A generator of whole numbers below a limit, the same in each run. */
function dice(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    // Source: Numerical Recipes, the linear congruential generator of chapter 7.1.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

const TEMPLATES = [
  '35=0|34=N',
  '35=1|34=N|112=x',
  '35=2|34=N|7=1|16=0',
  '35=3|34=N|45=1',
  '35=4|34=N|36=M|123=Y',
  '35=4|34=N|36=M',
  '35=5|34=N',
  '35=A|34=N|98=0|108=1',
  '35=A|34=1|98=0|108=0|141=Y',
  '35=D|34=N|11=1|55=A|95=5|96=a|b=c',
  '35=D|34=N|43=Y|122=20260101-00:00:00|453=2|448=A|448=B',
]

test(`${FRAMES} mutated messages end in no crash and no hang, and harm no other session`, {
  timeout: 180_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'testrig-fix-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const dictionary = writeDictionary(directory, 'FIX44.xml')
  const pairs = [await loggedOn(LIMITS), await loggedOn({ ...LIMITS, dictionary })] as const
  const roll = dice(20_261_124)
  const before = memory()
  for (let sent = 0; sent < FRAMES; sent += PER_CONNECTION) {
    const { server } = pairs[(sent / PER_CONNECTION) % 2 === 0 ? 0 : 1]
    const number = { next: server.sequenceNumbers({ connection: ['SERVER', 'FUZZ'] }).incoming }
    const frames = Array.from({ length: PER_CONNECTION }, () => mutated(roll, number))
    await pour(server.port, Buffer.concat([frame(`35=A|34=1|98=0|108=0|141=Y`, { from: 'FUZZ' }), ...frames]))
    server.flush()
  }
  for (const { server, client } of pairs) {
    await client.send({ 35: 'D', 11: 'still here', 54: 1, 55: 'A' })
    expect((await server.receive({ connection: ['SERVER', 'CLIENT'] })).get(11)).toBe('still here')
    await client.testRequest()
  }
  expect(memory() - before).toBeLessThan(30 * MEGABYTE)
})

/** What is in use after garbage was collected, in bytes. */
function memory(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** One message with a few bytes changed, cut out, put in or repeated. */
function mutated(roll: (limit: number) => number, number: { next: number }): Buffer {
  const template = TEMPLATES[roll(TEMPLATES.length)] as string
  number.next += roll(10) === 0 ? roll(5) : 1
  const text = template.replace('34=N', `34=${number.next}`).replace('36=M', `36=${number.next + roll(4)}`)
  const bytes = [...frame(text, { from: 'FUZZ' })]
  for (let count = roll(4); count > 0; count -= 1) {
    const at = roll(bytes.length)
    const change = roll(4)
    if (change === 0) bytes[at] = roll(256)
    else if (change === 1) bytes.splice(at, roll(8))
    else if (change === 2) bytes.splice(at, 0, ...bytes.slice(roll(bytes.length)).slice(0, roll(20)))
    else bytes.splice(at, 0, 1)
  }
  return roll(3) === 0 ? Buffer.from(bytes) : repaired(bytes)
}

/** The bytes with a length and a checksum that are right, so that they get past the reader. */
function repaired(bytes: readonly number[]): Buffer {
  const text = Buffer.from(bytes).toString('latin1')
  const [, shown] = /^8=FIX\.4\.4\|9=\d+\|(.*\|)10=\d{3}\|$/s.exec(text.replaceAll('\u0001', '|')) ?? []
  if (shown === undefined) return Buffer.from(bytes)
  const body = text.slice(-'10=000|'.length - shown.length, -'10=000|'.length)
  const head = Buffer.from(`8=FIX.4.4\u00019=${body.length}\u0001${body}`, 'latin1')
  const sum = head.reduce((total, byte) => (total + byte) % 256, 0)
  return Buffer.concat([head, Buffer.from(`10=${String(sum).padStart(3, '0')}\u0001`)])
}

/** Sends bytes, reads the answers, and goes when the other side has. */
async function pour(port: number, bytes: Buffer): Promise<void> {
  const socket = connect(port, '127.0.0.1')
    .on('error', () => {})
    .resume()
  await once(socket, 'connect')
  const closed = once(socket, 'close')
  socket.end(bytes)
  await closed
  await turn()
}
