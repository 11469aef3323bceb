import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'scheduling',
    // Each test starts four programs: leave room on a busy machine.
    testTimeout: 30_000,
  },
})
