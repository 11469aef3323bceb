import { fixtures } from '@testrig/vitest'
import environment from './environment.ts'
import { reason, skipped } from './zookeeper-there.ts'

// #region test
// Each test has servers and workers of its own, as it ends some of them.
const test = fixtures(environment, { scope: 'test' }).skipIf(skipped)

test(`who came first leads, and each follows the one before${reason}`, async ({ ada, bob, eve }) => {
  await ada.logMatcher().match(/^ada leads$/)
  await bob.logMatcher().match(/^bob follows ada$/)
  await eve.logMatcher().match(/^eve follows bob$/)
})

test(`a leader that is killed is followed when its session has ended${reason}`, async ({ ada, bob, eve }) => {
  ada.kill('SIGKILL')
  await bob.logMatcher().match(/^bob leads$/)
  await eve.logMatcher().notMatch(/leads/, { timeout: 0 })
})
// #endregion test

test(`a leader that stops hands over${reason}`, async ({ ada, bob, eve }) => {
  await ada.stop()
  await bob.logMatcher().match(/^bob leads$/)
  await bob.stop()
  await eve.logMatcher().match(/^eve leads$/)
})

test(`one that stops in between is skipped${reason}`, async ({ ada, bob, eve }) => {
  await bob.stop()
  await eve.logMatcher().match(/^eve follows ada$/)
  await ada.stop()
  await eve.logMatcher().match(/^eve leads$/)
})

test(`one that comes back is the last${reason}`, async ({ ada, bob, eve }) => {
  await ada.restart()
  await ada.logMatcher().match(/^ada follows eve$/)
  await bob.logMatcher().match(/^bob leads$/)
  await eve.logMatcher().match(/^eve follows bob$/)
})
