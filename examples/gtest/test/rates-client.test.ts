// #region test
import { gtest } from '@testrig/process-test'
import environment from './environment.ts'
import { binary, missing } from './program.ts'

if (missing === undefined) gtest(environment, { binary, name: 'rates client' })
else gtest.skip(environment, { binary, name: `rates client (skipped: ${missing})` })
// #endregion test
