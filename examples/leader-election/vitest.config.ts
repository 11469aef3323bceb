import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'leader-election',
    // A virtual machine starts, and sessions end: leave room on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
