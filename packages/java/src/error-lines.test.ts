import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { errorLines, logEnd } from './error-lines.ts'

function log(...lines: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'error-lines-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'stdout')
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return path
}

const trace = [
  '[2026-11-24] ERROR Fatal error during startup (kafka.server.BrokerServer)',
  'org.apache.kafka.common.KafkaException: Socket server failed to bind',
  '\tat kafka.network.Acceptor.openServerSocket(SocketServer.scala:615)',
  'Caused by: java.net.BindException: Address already in use',
  '\t... 18 more',
]

test('lines that tell of errors are found, without traces and other lines', async () => {
  expect(await errorLines(log('[2026-11-24] INFO starting', ...trace, '[…] INFO stopped'), 0)).toEqual([
    'errors in its log:',
    '  [2026-11-24] ERROR Fatal error during startup (kafka.server.BrokerServer)',
    '  org.apache.kafka.common.KafkaException: Socket server failed to bind',
    '  Caused by: java.net.BindException: Address already in use',
  ])
})

test('an error that ends the program is one of them', async () => {
  const line = 'Exception in thread "main" java.lang.IllegalArgumentException: requirement failed'
  expect(await errorLines(log(line), 0)).toEqual(['errors in its log:', `  ${line}`])
})

test('lines of an earlier start are left out', async () => {
  const path = log(...trace)
  expect(await errorLines(path, logEnd(path))).toEqual([])
})

test('there are only so many', async () => {
  expect(
    await errorLines(log(...Array.from({ length: 20 }, (_, index) => `ERROR ${index}`)), 0),
  ).toHaveLength(9)
})

test('a log that is not there has none', async () => {
  expect(logEnd('/nowhere/stdout')).toBe(0)
  expect(await errorLines('/nowhere/stdout', 0)).toEqual([])
})
