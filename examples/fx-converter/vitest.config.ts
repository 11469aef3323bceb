import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'fx-converter',
    // Tests restart a program and wait for answers: leave room on a busy machine.
    testTimeout: 30_000,
  },
})
