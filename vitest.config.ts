import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { CiReporter } from './scripts/ci-reporter.ts'
import { useOwnTemporaryDirectory } from './scripts/own-temporary-directory.ts'

useOwnTemporaryDirectory()

// Packages are tested from their sources: inside the repo their `exports` point at src/.
const packages = readdirSync('packages', { withFileTypes: true }).filter((entry) => entry.isDirectory())

export default defineConfig({
  test: {
    pool: 'forks',
    // Tests wait for processes and sockets more than they compute: two run at once even on one core.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', new CiReporter()],
    projects: [
      ...packages.map(({ name }) => ({
        extends: true as const,
        test: {
          name,
          root: `packages/${name}`,
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          // Throw-away projects that tests run, some of them made to fail.
          exclude: [...configDefaults.exclude, 'test/fixtures/**'],
        },
      })),
      { extends: true, test: { name: 'workspace', include: ['test/**/*.test.ts'] } },
      'examples/*/vitest.config.ts',
    ],
  },
})
