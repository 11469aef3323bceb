// Shows Testrig at work: starts the environment of examples/fx-converter, converts an amount, stops, proves that nothing
// is left, and runs the example's tests.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { styleText } from 'node:util'

const example = join(import.meta.dirname, '../examples/fx-converter')
process.chdir(example)
const { default: definition } = await import('../examples/fx-converter/test/environment.ts')

await using environment = definition.create()
const { rates, converter, client } = environment.drivers
const begin = performance.now()
const startedAt = Date.now()
const bold = (text: string) => styleText('bold', text)
const dim = (text: string) => styleText('dim', text)
const tick = styleText('green', '✓')

console.log(`
${bold('Testrig demo')}: a currency converter, a real program, between a client and the rates service that it asks

    client  ⇄  converter  ⇄  rates`)

await showStart()
await showDependencies()
await showConversion()
await showStop()
const passed = await showTests()
showReport()
console.log(dim(`The demo took ${seconds(performance.now() - begin)}.\n`))
if (!passed) process.exitCode = 1

async function showStart(): Promise<void> {
  heading(
    'Start',
    'each driver as soon as all that it needs is up, the converter on a port of its own choice',
  )
  const waiting = new Set(Object.values(environment.drivers))
  const showStarted = () => {
    for (const driver of waiting) {
      if (driver.state !== 'started') continue
      waiting.delete(driver)
      const { start } = driver.timeline
      const took = (start.at(-1)?.end ?? 0) - (start.at(0)?.start ?? 0)
      row(
        tick,
        driver.name,
        driver.constructor.name,
        `${took.toFixed(0).padStart(4)} ms`,
        whereabouts(driver),
      )
    }
  }
  const timer = setInterval(showStarted, 5)
  await environment.start().finally(() => clearInterval(timer))
  showStarted()
}

function whereabouts(driver: unknown): string {
  if (driver === rates) return `listens on ${rates.address}, in this process`
  if (driver === converter) return `listens on ${converter.host}:${converter.port}, process ${converter.pid}`
  return `connected to ${client.host}:${client.port}`
}

async function showDependencies(): Promise<void> {
  heading('Dependencies', 'found in options and in the settings file; nobody wrote them down')
  const { edges } = await environment.graph()
  for (const { after, before, origins } of edges.toReversed())
    console.log(`  ${after} → ${before} ${dim(`(${origins.join(', ')})`)}`)
}

async function showConversion(): Promise<void> {
  heading('Conversion', 'the script sends as the client and answers as the rates service')
  const line = { until: '\n' }
  await client.send('1000 GBP EUR\n')
  message('client', 'converter', '1000 GBP EUR')
  await rates.acceptConnection()
  message('converter', 'rates', await rates.receiveText(line))
  await rates.send('1.17\n')
  message('rates', 'converter', '1.17')
  const answer = await client.receiveText(line)
  message('converter', 'client', bold(answer.trim()))
  assert.equal(answer, '1170.00 EUR\n')
}

async function showStop(): Promise<void> {
  const { pid } = converter
  const { runpath } = environment
  const addresses = [
    [rates.host, rates.port],
    [converter.host, converter.port],
  ] as const
  const start = performance.now()
  await environment.stop()
  heading('Stop', `in reverse order, ${(performance.now() - start).toFixed(0)} ms`)
  assert.throws(() => process.kill(pid as number, 0), { code: 'ESRCH' })
  console.log(`  ${tick} process ${pid} has ended`)
  for (const [host, port] of addresses) {
    await assert.rejects(once(connect(port as number, host), 'connect'), { code: 'ECONNREFUSED' })
    console.log(`  ${tick} nothing listens on ${host}:${port}`)
  }
  assert.equal(existsSync(runpath), false)
  console.log(`  ${tick} ${runpath} is gone`)
}

async function showTests(): Promise<boolean> {
  heading('Tests', 'the same drivers as fixtures of Vitest: examples/fx-converter/test/converter.test.ts')
  const vitest = join(example, 'node_modules/vitest/vitest.mjs')
  const env = { ...process.env, TESTRIG_DRIVER_INFO: '1', ...(tick === '✓' && { NO_COLOR: '1' }) }
  const tests = spawn(process.execPath, [vitest, 'run', '--reporter=tree'], { stdio: 'inherit', env })
  const [code] = await once(tests, 'exit')
  return code === 0
}

function showReport(): void {
  const page = join(example, '.testrig/driver-info/index.html')
  assert.ok(statSync(page).mtimeMs > startedAt)
  heading(
    'Report',
    'how these drivers were connected, what took its time, what they logged: open it in a browser',
  )
  console.log(`  ${pathToFileURL(page)}\n`)
}

function heading(title: string, remark: string): void {
  console.log(`\n${bold(title)} ${dim(`— ${remark}`)}`)
}

function row(mark: string, name: string, type: string, time: string, remark: string): void {
  console.log(`  ${mark} ${name.padEnd(9)}  ${type.padEnd(12)}  ${time}  ${remark}`)
}

function message(from: string, to: string, text: string): void {
  console.log(`  ${from.padStart(9)} → ${to.padEnd(9)}  ${text.trim()}`)
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
