import { testrig } from '@testrig/vitest/plugin'
import { defineConfig } from 'vitest/config'

// #region config
export default defineConfig({
  plugins: [testrig()],
  test: {
    name: 'fx-converter',
    // Tests restart a program and wait for answers: leave room on a busy machine.
    testTimeout: 30_000,
  },
})
// #endregion config
