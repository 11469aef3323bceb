import type {
  ConnectionEdge,
  DriverInfo,
  DriverInfoReport,
  EnvironmentInfo,
  TestInfo,
} from '@testrig/core/driver-info'
import { EPOCH, sampleDriver } from './sample-driver.ts'

/** A stream of orders through a broker: one environment of nine drivers, all up, with a few tests. */
export function sampleReport(): DriverInfoReport {
  return {
    version: 1,
    createdAt: new Date(EPOCH + 9_000).toISOString(),
    environments: [ordersEnvironment()],
    tests: ordersTests(),
  }
}

export function ordersEnvironment(): EnvironmentInfo {
  return {
    id: 'orders',
    scope: 'file',
    files: ['test/orders.test.ts'],
    startedAt: EPOCH,
    readyAt: EPOCH + 2_412,
    stopStartedAt: EPOCH + 6_000,
    stoppedAt: EPOCH + 6_431,
    drivers: ordersDrivers(),
    sampledAt: [EPOCH + 2_412, EPOCH + 5_990],
    externals: [{ name: 'orders.csv', label: 'file' }],
    edges: ordersEdges(),
    criticalPath: ['zookeeper', 'kafka', 'app', 'client'],
    failures: [],
  }
}

function ordersDrivers(): readonly DriverInfo[] {
  return [
    sampleDriver(
      'zookeeper',
      'ZookeeperStandalone',
      { from: 1, phases: [12, 506, 1], stop: [6_310, 120] },
      {
        attributes: { host: '127.0.0.1', port: 34_125, connectionString: '127.0.0.1:34125' },
        listening: ['tcp://127.0.0.1:34125'],
        conditions: [
          { name: 'tcp 127.0.0.1:34125', at: EPOCH + 431 },
          { name: 'ruok', at: EPOCH + 519 },
        ],
        command: [
          'java',
          '-Xmx256m',
          '-cp',
          '/usr/share/java/zookeeper.jar',
          'org.apache.zookeeper.server.ZooKeeperServerMain',
          'etc/zoo.cfg',
        ],
        pids: [26_101],
        logs: [
          {
            stream: 'stdout',
            path: '/tmp/testrig-Rq2jHf/zookeeper/stdout',
            text: zookeeperLog(),
            omitted: 18_231,
          },
        ],
      },
    ),
    sampleDriver(
      'kafka',
      'KafkaStandalone',
      { from: 521, phases: [24, 1_630, 3], stop: [6_120, 186] },
      {
        attributes: {
          host: '127.0.0.1',
          port: 41_877,
          bootstrapServers: '127.0.0.1:41877',
          topics: ['orders', 'fills'],
        },
        listening: ['tcp://127.0.0.1:41877', 'tcp://127.0.0.1:39001'],
        conditions: [{ name: 'Kafka Server started', at: EPOCH + 2_170 }],
        command: ['java', '-Xmx512m', '-XX:+UseSerialGC', 'kafka.Kafka', 'etc/server.properties'],
        pids: [26_120, 26_177],
        logs: [
          { stream: 'stdout', path: '/tmp/testrig-Rq2jHf/kafka/stdout', text: kafkaLog(600), omitted: 0 },
          { stream: 'stderr', path: '/tmp/testrig-Rq2jHf/kafka/stderr', text: '', omitted: 0 },
        ],
      },
    ),
    sampleDriver(
      'db',
      'Sqlite3',
      { from: 1, phases: [4, 0.2, 0.3], stop: [6_330, 3] },
      {
        attributes: { path: '/tmp/testrig-Rq2jHf/db/orders.db', password: '********' },
      },
    ),
    sampleDriver(
      'rates',
      'HTTPServer',
      { from: 1, phases: [3, 0.1, 0.1], stop: [6_210, 4] },
      {
        attributes: { host: '127.0.0.1', port: 40_233, url: 'http://127.0.0.1:40233' },
        listening: ['tcp://127.0.0.1:40233'],
      },
    ),
    sampleDriver(
      'app',
      'App',
      { from: 2_181, phases: [9, 188, 1], stop: [6_010, 104] },
      {
        attributes: { host: '127.0.0.1', extracts: { port: '43001' }, token: '********' },
        listening: ['tcp://127.0.0.1:43001', 'tcp://127.0.0.1:9464'],
        conditions: [{ name: '/Listening on (?<port>\\d+)/', at: EPOCH + 2_377 }],
        command: [
          'node',
          'src/server.js',
          '--brokers',
          '127.0.0.1:41877',
          '--rates',
          'http://127.0.0.1:40233',
          '--db',
          '/tmp/testrig-Rq2jHf/db/orders.db',
          '--token',
          '********',
        ],
        pids: [26_240, 26_251],
        logs: [
          { stream: 'stdout', path: '/tmp/testrig-Rq2jHf/app/stdout', text: appLog(), omitted: 0 },
          {
            stream: 'stderr',
            path: '/tmp/testrig-Rq2jHf/app/stderr',
            text: '(node:26240) Warning: slow consumer\n',
            omitted: 0,
          },
        ],
      },
    ),
    sampleDriver(
      'importer',
      'App',
      { from: 2_181, phases: [8, 121, 0.4], stop: [6_012, 61] },
      {
        command: ['python3', 'tools/importer.py', 'orders.csv'],
        pids: [26_244],
        problems: ['process 26244 belongs to another user: its open files were not seen'],
      },
    ),
    sampleDriver(
      'client',
      'HTTPClient',
      { from: 2_386, phases: [0.4, 0.1, 0.1], stop: [6_001, 0.5] },
      {
        attributes: { url: 'http://127.0.0.1:43001' },
      },
    ),
    sampleDriver(
      'audit',
      'TCPServer',
      { from: 1, phases: [2, 0.1, 0.1], stop: [6_220, 2] },
      {
        listening: ['tcp://127.0.0.1:40555'],
      },
    ),
    sampleDriver('clock', 'FakeClock', { from: 1, phases: [0.1, 0.1, 0.1], stop: [6_220, 0.1] }),
    { ...sampleDriver('legacy', 'App', { from: 0, phases: [0, 0, 0] }), state: 'idle', start: [] },
  ]
}

function ordersEdges(): readonly ConnectionEdge[] {
  const tcp = (port: number, from: number) => ({
    protocol: 'tcp',
    connection: `tcp://${port}`,
    fromEnds: [String(from)],
    toEnds: [String(port)],
  })
  return [
    {
      from: 'kafka',
      to: 'zookeeper',
      values: [{ attribute: 'connectionString', origin: 'etc/server.properties:4' }],
      dependency: true,
      observed: [tcp(34_125, 51_002)],
    },
    {
      from: 'app',
      to: 'kafka',
      values: [{ attribute: 'bootstrapServers', origin: 'args[2]' }],
      dependency: true,
      observed: [tcp(41_877, 51_244)],
    },
    {
      from: 'app',
      to: 'rates',
      values: [{ attribute: 'url', origin: 'args[4]' }],
      dependency: true,
      observed: [],
    },
    {
      from: 'app',
      to: 'db',
      values: [{ attribute: 'path', origin: 'args[6]' }],
      dependency: true,
      observed: [
        {
          protocol: 'file',
          connection: 'file:///tmp/testrig-Rq2jHf/db/orders.db',
          fromEnds: ['Write'],
          toEnds: ['orders.db'],
        },
      ],
    },
    { from: 'app', to: 'audit', values: [], dependency: false, observed: [tcp(40_555, 51_260)] },
    {
      from: 'importer',
      to: 'kafka',
      values: [
        { attribute: 'bootstrapServers', origin: 'env.BROKERS' },
        { attribute: 'topics', origin: 'env.TOPICS' },
      ],
      dependency: true,
      observed: [tcp(41_877, 51_290)],
    },
    {
      from: 'importer',
      to: 'orders.csv',
      values: [],
      dependency: false,
      observed: [
        {
          protocol: 'file',
          connection: 'file:///srv/orders.csv',
          fromEnds: ['Read'],
          toEnds: ['orders.csv'],
          reversed: true,
        },
      ],
    },
    {
      from: 'client',
      to: 'app',
      values: [{ attribute: 'extracts.port', origin: 'port' }],
      dependency: true,
      observed: [tcp(43_001, 51_301)],
    },
    { from: 'importer', to: 'app', values: [], dependency: true, observed: [] },
  ]
}

function ordersTests(): readonly TestInfo[] {
  const test = (name: readonly string[], more: Partial<TestInfo>): TestInfo => ({
    name,
    file: 'test/orders.test.ts',
    project: '',
    state: 'passed',
    duration: 42,
    errors: [],
    used: [{ environment: 'orders', drivers: ['client', 'app'] }],
    ...more,
  })
  return [
    test(['an order', 'is accepted and published'], {
      duration: 83,
      used: [{ environment: 'orders', drivers: ['client', 'app', 'kafka'] }],
    }),
    test(['an order', 'without a price is refused'], { duration: 12 }),
    test(['an order', 'is filled at the rate of the service'], {
      state: 'failed',
      duration: 1_034,
      errors: [
        'AssertionError: expected 1.07 to be 1.08 // Object.is equality\n\n- Expected\n+ Received\n\n- 1.08\n+ 1.07',
      ],
      used: [{ environment: 'orders', drivers: ['client', 'app', 'rates'] }],
    }),
    test(['the importer', 'reads a file once'], {
      used: [{ environment: 'orders', drivers: ['importer', 'kafka'] }],
    }),
    test(['the importer', 'resumes where it stopped'], { state: 'skipped', duration: 0, used: [] }),
    test(['every order is audited'], {
      used: [{ environment: 'orders', drivers: ['client', 'app', 'audit'] }],
    }),
  ]
}

function zookeeperLog(): string {
  return Array.from(
    { length: 40 },
    (_, line) =>
      `2026-11-26 09:30:00,${String(100 + line * 9)} [main] INFO  o.a.z.server.ZooKeeperServer - step ${line + 1} of 40\n`,
  ).join('')
}

/** Lines as Kafka writes them, with a warning now and then. */
export function kafkaLog(lines: number): string {
  return Array.from({ length: lines }, (_, line) => {
    const level = line % 50 === 49 ? 'WARN' : 'INFO'
    return `[2026-11-26 09:30:01,${String(line % 1_000).padStart(3, '0')}] ${level} [LogLoader partition=orders-${line % 12}, dir=/tmp/testrig-Rq2jHf/kafka/data] Recovering unflushed segment ${line} (kafka.log.LogLoader)\n`
  }).join('')
}

function appLog(): string {
  return [
    '\u001b[1m\u001b[32mready\u001b[0m Listening on 43001',
    '\u001b[36minfo\u001b[39m  connected to broker 127.0.0.1:41877',
    '\u001b[33mwarn\u001b[39m  rate of \u001b[1mEUR/USD\u001b[22m is \u001b[31m1.07\u001b[39m, 12 s old',
    '\u001b[36minfo\u001b[39m  order 1 accepted',
    '\u001b[36minfo\u001b[39m  order 1 published to orders-3',
    '\u001b]0;window title\u0007\u001b[2Kprogress 10 %\rprogress 100 %',
    '',
  ].join('\n')
}
