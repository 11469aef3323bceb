import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * What a GTest program itself says of each of its cases, one process a case, by the names that Vitest's report gives
 * them. It gets a server like that of the tests' environment.
 */
export async function ownResults(
  program: string,
  variables: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const env = {
    ...variables,
    DRIVER_MY_SERVER_ATTR_HOST: '127.0.0.1',
    DRIVER_MY_SERVER_ATTR_PORT: String(port),
  }
  const results = listed(program).map(([suite, name]) => [
    `${suite} ${name}`,
    ownResult(program, `${suite}.${name}`, env),
  ])
  server.close()
  return Object.fromEntries(results)
}

function listed(program: string): (readonly [suite: string, name: string])[] {
  const { stdout } = spawnSync(program, ['--gtest_list_tests'], { encoding: 'utf8' })
  let suite = ''
  return stdout.split('\n').flatMap((line) => {
    const name = line.trim().split(' ')[0] ?? ''
    if (!line.startsWith('  ')) suite = name.slice(0, -1)
    return line.startsWith('  ') ? [[suite, name] as const] : []
  })
}

function ownResult(program: string, name: string, env: Readonly<Record<string, string>>): string {
  const filter = `--gtest_filter=${name.replaceAll(/[:*-]/g, '?')}`
  const { status, stdout } = spawnSync(program, [filter, '--gtest_color=no'], { encoding: 'utf8', env })
  if (stdout.includes('Running 0 tests') || stdout.includes(`[  SKIPPED ] ${name}`)) return 'skipped'
  return status === 0 ? 'passed' : 'failed'
}
