import { defineConfig } from 'vitest/config'

// #region config
export default defineConfig({
  test: {
    name: 'project-environment',
    environment: 'testrig',
    environmentOptions: { testrig: { environment: './test/environment.ts' } },
  },
})
// #endregion config
