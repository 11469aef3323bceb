import { expect, test } from 'vitest'
import { testrig } from './cli.ts'
import { SHOP } from './environments.ts'
import { folderWith } from './folder.ts'

test('the graph is printed as a Mermaid flow chart, and nothing starts', async () => {
  const { code, out, err } = await testrig(['graph', 'environment.ts'], { cwd: folderWith(SHOP) })
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatchInlineSnapshot(`
    "flowchart LR
      n0["HTTPServer<br/>service"]
      n1["App<br/>app"]
      n1 -.->|"args[1]"| n0
    "
  `)
})

test('the graph is printed as JSON', async () => {
  const { code, out } = await testrig(['graph', 'environment.ts', '--format=json'], { cwd: folderWith(SHOP) })
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({
    drivers: [
      { name: 'service', className: 'HTTPServer' },
      { name: 'app', className: 'App' },
    ],
    edges: [{ from: 'app', to: 'service', origins: ['args[1]'], dependency: true }],
  })
})

test('a value that is known before the start is shown, and no dependency', async () => {
  const cwd = folderWith({
    'environment.ts': `import { environment } from '@testrig/core'
      import { App } from '@testrig/driver-app'
      export default environment()
        .add('server', () => new App({ binary: 'server', ports: { main: 'auto' } }))
        .add('worker', ({ server }) => new App({ binary: 'worker', args: [server.ports.main] }))`,
  })
  const { out } = await testrig(['graph', 'environment.ts'], { cwd })
  expect(out).toContain('n1 -.->|"args[0]"| n0')
  const { out: json } = await testrig(['graph', 'environment.ts', '--format=json'], { cwd })
  expect(JSON.parse(json).edges).toEqual([
    { from: 'worker', to: 'server', origins: ['args[0]'], dependency: false },
  ])
})

test('a cycle is told with what makes it', async () => {
  const cwd = folderWith({
    'environment.ts': `import { context, environment } from '@testrig/core'
      import { HTTPClient } from '@testrig/driver-http'
      export default environment([
        new HTTPClient({ name: 'one', host: '127.0.0.1', port: context('two', '{{ port }}') }),
        new HTTPClient({ name: 'two', host: '127.0.0.1', port: context('one', '{{ port }}') }),
      ], { dependencies: 'inferred' })`,
  })
  const { code, out, err } = await testrig(['graph', 'environment.ts'], { cwd })
  expect([code, out]).toEqual([1, ''])
  expect(err).toMatchInlineSnapshot(`
    "testrig [DEPENDENCY_CYCLE]: The drivers depend on each other: one → two (port) → one (port). Each needs the next one to be up first. Remove one of these dependencies, or use a value that is known before the start, such as a port that Testrig allocates.
    "
  `)
})
