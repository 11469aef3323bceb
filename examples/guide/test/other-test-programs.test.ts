import { context, environment as declare } from '@testrig/core'
import { TCPServer } from '@testrig/driver-tcp'
import { processTest } from '@testrig/process-test'

const environment = declare([new TCPServer({ name: 'my server' })])
const programs = `${import.meta.dirname}/../programs`

// #region context
processTest(environment, {
  binary: `${programs}/reaches.sh`,
  args: [context('my server', '{{ port }}')],
  env: { SERVER: context('my server', '{{ host }}:{{ port }}') },
})
// #endregion context

// #region exit-code
processTest(environment, {
  name: 'smoke',
  binary: 'sh',
  args: ['-c', 'test -n "$DRIVER_MY_SERVER_ATTR_PORT"'],
})
// #endregion exit-code

// #region tap
processTest(environment, {
  name: 'node',
  binary: process.execPath,
  args: ['--test', '--test-reporter=tap', `${programs}/server.check.mjs`],
  report: 'tap',
})
// #endregion tap

// #region list
processTest(environment, {
  name: 'listed',
  binary: process.execPath,
  args: [`${programs}/cases.mjs`],
  report: 'tap',
  list: { args: ['--list'], parse: (output) => output.trim().split('\n') },
  select: (cases) => cases.flatMap(([name = '']) => ['--case', name]),
})
// #endregion list
