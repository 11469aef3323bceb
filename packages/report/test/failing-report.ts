import type { DriverInfoReport, EnvironmentInfo, TestInfo } from '@testrig/core/driver-info'
import { EPOCH, sampleDriver } from './sample-driver.ts'
import { ordersEnvironment, sampleReport } from './sample-report.ts'

const FAILURE = `App "app" failed to start (startedCheck): was not up within its startTimeout of 2000 ms.
  unmatched in stdout: /Listens on (?<port>\\d+)/ (53 bytes in 1 lines seen, the last one "Listening on 127.0.0.1:39245, http://127.0.0.1:39245")
  command: node /srv/shop/src/server.js
  it runs (pid 26583), listens on 127.0.0.1:39245 and has logged 53 bytes
  last lines of stdout (/tmp/testrig-Rq2jHf/app/stdout):
    Listening on 127.0.0.1:39245, http://127.0.0.1:39245
  its directory: /tmp/testrig-Rq2jHf/app`

/** A run of two files, in one of which a driver did not come up, so that another was never started. */
export function failingReport(): DriverInfoReport {
  const report = sampleReport()
  return {
    ...report,
    environments: [ordersEnvironment(), shopEnvironment()],
    tests: [...report.tests, failedTest('a basket is priced'), failedTest('an empty basket is refused')],
  }
}

function shopEnvironment(): EnvironmentInfo {
  return {
    id: 'shop',
    scope: 'file',
    files: ['test/shop.test.ts'],
    startedAt: EPOCH + 10,
    readyAt: EPOCH + 2_030,
    stopStartedAt: EPOCH + 2_031,
    stoppedAt: EPOCH + 2_140,
    drivers: [
      sampleDriver('db', 'Sqlite3', { from: 11, phases: [4, 0.2, 0.3], stop: [2_130, 3] }),
      {
        ...sampleDriver('app', 'App', { from: 18, phases: [6, 2_000, 0], stop: [2_032, 90] }),
        state: 'failed',
        failure: FAILURE,
        command: ['node', '/srv/shop/src/server.js'],
        pids: [26_583],
        listening: ['tcp://127.0.0.1:39245'],
        logs: [
          {
            stream: 'stdout',
            path: '/tmp/testrig-Rq2jHf/app/stdout',
            text: 'Listening on 127.0.0.1:39245, http://127.0.0.1:39245\n',
            omitted: 0,
          },
        ],
      },
      { ...sampleDriver('client', 'HTTPClient', { from: 0, phases: [0, 0, 0] }), state: 'idle', start: [] },
    ],
    sampledAt: [],
    externals: [],
    edges: [
      {
        from: 'app',
        to: 'db',
        values: [{ attribute: 'path', origin: 'args[1]' }],
        dependency: true,
        observed: [],
      },
      {
        from: 'client',
        to: 'app',
        values: [{ attribute: 'extracts.port', origin: 'port' }],
        dependency: true,
        observed: [],
      },
    ],
    criticalPath: ['db', 'app'],
    failures: [FAILURE],
  }
}

function failedTest(name: string): TestInfo {
  return {
    name: ['the shop', name],
    file: 'test/shop.test.ts',
    project: '',
    state: 'failed',
    duration: 0.4,
    errors: [
      'TestrigError [START_TIMEOUT]: App "app" failed to start (startedCheck): was not up within its startTimeout of 2000 ms.',
    ],
    used: [{ environment: 'shop', drivers: ['client', 'app'] }],
  }
}
