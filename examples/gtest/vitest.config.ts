import { defineConfig } from 'vitest/config'

// #region config
export default defineConfig({
  test: {
    name: 'gtest',
    globalSetup: './test/build.ts', // Compiles the C++ tests when a source is newer.
    testTimeout: 30_000,
  },
})
// #endregion config
