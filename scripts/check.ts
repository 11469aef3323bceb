// All that CI checks beside the tests. Every step runs, so that one run shows all that is wrong; a step's output is
// shown when it fails.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'

interface Step {
  title: string
  command: readonly [program: string, ...args: string[]]
}

const script = (title: string, file: string): Step => ({ title, command: ['node', file] })
/** A step that other parts of the repo bring along. */
const optional = (title: string, file: string): Step[] => (existsSync(file) ? [script(title, file)] : [])

const steps: Step[] = [
  { title: 'build', command: ['node', 'scripts/build.ts'] },
  { title: 'types', command: ['tsc', '-p', 'tsconfig.check.json'] },
  {
    title: 'lint',
    command: ['biome', 'ci', '.', '--diagnostic-level=warn', '--error-on-warnings', '--colors=off'],
  },
  script('dependencies', 'scripts/check-dependencies.ts'),
  { title: 'unused code', command: ['knip', '--no-progress'] },
  script('packed packages', 'scripts/check-packages.ts'),
  script('changesets', 'scripts/check-changesets.ts'),
  script('tracked files', 'scripts/check-tracked-files.ts'),
  ...optional('Vitest 4.1', 'scripts/vitest-4.ts'),
  ...optional('docs', 'scripts/docs.ts'),
]

const failed: string[] = []
for (const step of steps) {
  process.stdout.write(`${step.title.padEnd(16)} `)
  const begin = performance.now()
  const { ok, output } = await run(step)
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${((performance.now() - begin) / 1000).toFixed(1).padStart(6)} s`)
  if (ok) continue
  failed.push(step.title)
  console.log(`\n$ ${step.command.join(' ')}\n${output.trim()}\n`)
}
console.log(failed.length === 0 ? '\nAll checks passed' : `\nFailed: ${failed.join(', ')}`)
if (failed.length > 0) process.exitCode = 1

async function run({ command: [program, ...args] }: Step): Promise<{ ok: boolean; output: string }> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    env: {
      ...process.env,
      NO_COLOR: '1',
      PATH: [resolve('node_modules/.bin'), process.env.PATH].join(delimiter),
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  return await new Promise((done) => {
    child.on('error', (error) => done({ ok: false, output: error.message }))
    child.on('close', (code) => done({ ok: code === 0, output }))
  })
}
