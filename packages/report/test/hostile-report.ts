import type { DriverInfoReport } from '@testrig/core/driver-info'
import { sampleDriver } from './sample-driver.ts'
import { ordersEnvironment, sampleReport } from './sample-report.ts'

const END = '</script><script>alert(1)</script>'
const IMAGE = '<img src=x onerror=alert(2)>'
const COMMENT = '<!-- <script> --><!--'
const LONG = 'very-long-name-'.repeat(40)
const ODD = '"\'`&amp;\u2028\u2029\u0000\u202e$' + '{x} {{ x }}'

/** A run whose every text tries to be more than a text. */
export function hostileReport(): DriverInfoReport {
  const names = [
    END,
    IMAGE,
    COMMENT,
    LONG,
    ODD,
    '__proto__',
    'constructor',
    '日本語のドライバー',
    '🙂'.repeat(50),
  ]
  const drivers = names.map((name, index) =>
    sampleDriver(name, IMAGE, { from: index, phases: [1, 2, 3] }, {
      ...(index === 0 ? { failure: `${END}${'\n'.repeat(3)}${LONG}` } : {}),
      attributes: JSON.parse(
        '{"__proto__": "</style>", "<b>": "&lt;", "nested": {"</textarea>": [1, null, "x"]}}',
      ),
      command: [END, "it's", '', '$(reboot)'],
      listening: [END, 'javascript:alert(3)', ':'],
      problems: [IMAGE],
      conditions: [{ name: IMAGE, at: Number.MAX_SAFE_INTEGER }],
      logs: [
        {
          stream: END,
          path: IMAGE,
          text: `${END}\n${COMMENT}\n\u001b[31m${IMAGE}\u001b[0m\n\u001b]8;;javascript:alert(4)\u0007link\u001b]8;;\u0007\n${LONG}`,
          omitted: 1,
        },
      ],
    } as never),
  )
  const environment = {
    ...ordersEnvironment(),
    id: `a&b=c#${END}`,
    files: [END, IMAGE],
    drivers,
    externals: [{ name: IMAGE, label: END }],
    criticalPath: [END, 'nobody', LONG],
    failures: [END, LONG],
  }
  const edge = {
    values: [{ attribute: END, origin: IMAGE }],
    dependency: true,
    observed: [{ protocol: END, connection: IMAGE, fromEnds: [END], toEnds: [] }],
  }
  const edges = [
    ...names.slice(1).map((name) => ({ ...edge, from: name, to: END })),
    // To itself, to and fro, and to what nobody knows.
    { ...edge, from: END, to: END },
    { ...edge, from: END, to: IMAGE },
    { ...edge, from: ODD, to: 'unheard of' },
  ]
  const [test] = sampleReport().tests
  if (!test) throw new Error('the sample has no tests')
  return {
    version: 1,
    createdAt: 'never',
    environments: [{ ...environment, edges }],
    tests: [
      {
        ...test,
        name: [END, IMAGE],
        file: END,
        project: IMAGE,
        state: 'failed',
        errors: [END, LONG],
        used: [
          { environment: environment.id, drivers: names },
          { environment: 'gone', drivers: ['x'] },
        ],
      },
      { ...test, name: [], used: [] },
    ],
  }
}
