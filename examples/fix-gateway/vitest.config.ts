import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'fix-gateway',
    // Tests wait for a program that logs on again: leave room on a busy machine.
    testTimeout: 30_000,
  },
})
