import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { throwawayFolder } from './throwaway-folder.ts'

const script = resolve(import.meta.dirname, '../scripts/check-dependencies.ts')

function check(files: Record<string, string | object>): { status: number | null; stderr: string } {
  const root = throwawayFolder({
    'packages/core/package.json': { name: '@testrig/core' },
    'packages/driver-app/package.json': { name: '@testrig/driver-app' },
    'packages/driver-tcp/package.json': { name: '@testrig/driver-tcp' },
    'packages/vitest/package.json': { name: '@testrig/vitest' },
    ...files,
  })
  const { status, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' })
  return { status, stderr }
}

test('allowed dependencies pass without a word', () => {
  const result = check({
    'packages/driver-kafka/package.json': {
      name: '@testrig/driver-kafka',
      dependencies: { '@testrig/driver-app': 'workspace:^', valibot: '1.5.0' },
      peerDependencies: { '@testrig/core': 'workspace:^' },
      devDependencies: { '@testrig/driver-tcp': 'workspace:^', vitest: 'catalog:' },
    },
    'packages/driver-kafka/src/index.ts': `import { App } from '@testrig/driver-app'\nexport { Kafka } from './kafka.ts'\n`,
    'packages/driver-kafka/src/kafka.ts': `import { object } from 'valibot'\nimport { Driver } from '@testrig/core'\n`,
    'packages/driver-kafka/src/kafka.test.ts': `
      import { test } from 'vitest'
      import { testDriver } from '@testrig/core/testing'
      import { TCPServer } from '@testrig/driver-tcp'
      import { Kafka } from '@testrig/driver-kafka'`,
    'packages/core/src/testing/index.ts': `import { test } from 'vitest'\n`,
    'packages/vitest/src/plugin.ts': `import { createReport } from 'vitest/node'\n`,
    'packages/report/package.json': {
      name: '@testrig/report',
      dependencies: { '@testrig/core': 'workspace:^' },
    },
    'packages/report/src/index.ts': `import type { Report } from '@testrig/core'\n`,
  })
  expect(result).toEqual({ status: 0, stderr: '' })
})

test('every way to import another package counts', () => {
  const { status, stderr } = check({
    'packages/core/src/index.ts': [
      `import { App } from '@testrig/driver-app'`,
      `import type { TCPServer } from '@testrig/driver-tcp'`,
      `export { fixtures } from '@testrig/vitest'`,
      `export * from '@testrig/vitest/plugin'`,
      `type Client = import('@testrig/driver-tcp').TCPClient`,
      `const later = await import('@testrig/driver-app')`,
      `import '../../driver-tcp/src/index.ts'`,
      `import { Driver } from '@testrig/core'`,
      `declare module '@testrig/vitest' {}`,
      `// import '@testrig/driver-http'`,
    ].join('\n'),
  })
  expect(status).toBe(1)
  expect(stderr).toMatchInlineSnapshot(`
    "packages/core/src/index.ts:1: imports @testrig/driver-app. core may import no package of this repo.
    packages/core/src/index.ts:2: imports @testrig/driver-tcp. core may import no package of this repo.
    packages/core/src/index.ts:3: imports @testrig/vitest. core may import no package of this repo.
    packages/core/src/index.ts:4: imports @testrig/vitest/plugin. core may import no package of this repo.
    packages/core/src/index.ts:5: imports @testrig/driver-tcp. core may import no package of this repo.
    packages/core/src/index.ts:6: imports @testrig/driver-app. core may import no package of this repo.
    packages/core/src/index.ts:7: imports ../../driver-tcp/src/index.ts, outside its package. Import a package by its name.
    packages/core/src/index.ts:8: imports @testrig/core, its own package. Use a relative path.
    packages/core/src/index.ts:9: imports @testrig/vitest. core may import no package of this repo.

    Violations: 9. What is allowed: RULES in scripts/check-dependencies.ts
    "
  `)
})

test('a manifest may not depend on what its sources may not import', () => {
  const { status, stderr } = check({
    'packages/driver-tcp/package.json': {
      name: '@testrig/driver-tcp',
      dependencies: { '@testrig/driver-app': 'workspace:^' },
      peerDependencies: { '@testrig/core': 'workspace:^', vitest: '^5.0.0' },
      optionalDependencies: { '@testrig/vitest': 'workspace:^' },
    },
  })
  expect(status).toBe(1)
  expect(stderr).toMatchInlineSnapshot(`
    "packages/driver-tcp/package.json:4: depends on @testrig/driver-app. driver-tcp may import @testrig/core, sockets, tls.
    packages/driver-tcp/package.json:8: depends on vitest. Vitest may be imported in packages/core/src/testing/**, packages/vitest/**, packages/vitest-environment/**, packages/process-test/** and in tests.
    packages/driver-tcp/package.json:11: depends on @testrig/vitest. driver-tcp may import @testrig/core, sockets, tls.

    Violations: 3. What is allowed: RULES in scripts/check-dependencies.ts
    "
  `)
})

test('only the adapter, core/testing and tests know Vitest', () => {
  const { status, stderr } = check({
    'packages/core/src/driver.ts': `import { expect } from 'vitest'\n`,
    'packages/core/src/driver.test.ts': `import { expect } from 'vitest'\n`,
    'packages/driver-tcp/src/server.ts': `import type { TestCase } from 'vitest/node'\nimport '@vitest/expect'\n`,
  })
  expect(status).toBe(1)
  expect(stderr).toMatchInlineSnapshot(`
    "packages/core/src/driver.ts:1: imports vitest. Vitest may be imported in packages/core/src/testing/**, packages/vitest/**, packages/vitest-environment/**, packages/process-test/** and in tests.
    packages/driver-tcp/src/server.ts:1: imports vitest/node. Vitest may be imported in packages/core/src/testing/**, packages/vitest/**, packages/vitest-environment/**, packages/process-test/** and in tests.
    packages/driver-tcp/src/server.ts:2: imports @vitest/expect. Vitest may be imported in packages/core/src/testing/**, packages/vitest/**, packages/vitest-environment/**, packages/process-test/** and in tests.

    Violations: 3. What is allowed: RULES in scripts/check-dependencies.ts
    "
  `)
})

test('a test may import any driver but not the adapter', () => {
  const { status, stderr } = check({
    'packages/core/src/driver.test.ts': `import '@testrig/driver-tcp'\nimport '@testrig/vitest'\n`,
  })
  expect(status).toBe(1)
  expect(stderr).toMatchInlineSnapshot(`
    "packages/core/src/driver.test.ts:2: imports @testrig/vitest. core may import no package of this repo.

    Violations: 1. What is allowed: RULES in scripts/check-dependencies.ts
    "
  `)
})

test('the page of the report may use types of core, not values', () => {
  const { status, stderr } = check({
    'packages/report/package.json': { name: '@testrig/report' },
    'packages/report/src/index.ts': `import { TestrigError } from '@testrig/core'\n`,
    'packages/report/src/client/model.ts': `import type { Driver } from '@testrig/core'\n`,
    'packages/report/src/client/main.tsx': `import { type Report } from '@testrig/core'\n`,
  })
  expect(status).toBe(1)
  expect(stderr).toMatchInlineSnapshot(`
    "packages/report/src/client/main.tsx:1: imports values of @testrig/core. report/src/client/** may import types only.

    Violations: 1. What is allowed: RULES in scripts/check-dependencies.ts
    "
  `)
})

test('files that import each other in a circle fail, circles of types and of import() do not', () => {
  const { status, stderr } = check({
    'packages/core/src/index.ts': `export { a } from './a.ts'\n`,
    'packages/core/src/a.ts': `import type { Index } from './index.ts'\nimport { b } from './graph/b.ts'\n`,
    'packages/core/src/graph/b.ts': `export { c } from './c.ts'\n`,
    'packages/core/src/graph/c.ts': `const index = await import('../index.ts')\nimport '../a.ts'\n`,
  })
  expect(status).toBe(1)
  expect(stderr).toMatchInlineSnapshot(`
    "packages/core/src/a.ts:2: import cycle src/a.ts → src/graph/b.ts → src/graph/c.ts → src/a.ts. Move what they share.

    Violations: 1. What is allowed: RULES in scripts/check-dependencies.ts
    "
  `)
})

test('a package without a rule fails', () => {
  const { status, stderr } = check({ 'packages/extra/package.json': { name: '@testrig/extra' } })
  expect(status).toBe(1)
  expect(stderr).toMatchInlineSnapshot(`
    "packages/extra: no rule says what it may import. Add a row to RULES.

    Violations: 1. What is allowed: RULES in scripts/check-dependencies.ts
    "
  `)
})
