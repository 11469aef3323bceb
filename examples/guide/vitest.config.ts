import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'guide',
    // Tests start programs: leave room on a busy machine.
    testTimeout: 30_000,
  },
})
