import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'order-pipeline',
    // A broker takes seconds to start, and a consumer to join its group, on a busy machine many.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
