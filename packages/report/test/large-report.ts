import type {
  ConnectionEdge,
  DriverInfo,
  DriverInfoReport,
  EnvironmentInfo,
  TestInfo,
} from '@testrig/core/driver-info'
import { EPOCH, sampleDriver } from './sample-driver.ts'
import { kafkaLog } from './sample-report.ts'

const LAYERS = [
  { kind: 'store', className: 'Sqlite3', share: 0.15, took: 40 },
  { kind: 'broker', className: 'KafkaStandalone', share: 0.1, took: 1_600 },
  { kind: 'service', className: 'App', share: 0.35, took: 320 },
  { kind: 'gateway', className: 'App', share: 0.2, took: 210 },
  { kind: 'client', className: 'HTTPClient', share: 0.2, took: 2 },
] as const

/** One environment of many drivers in layers, each connected with a few of the layer below, and many tests of it. */
export function largeReport(driverCount: number, testCount: number): DriverInfoReport {
  const environment = largeEnvironment(driverCount)
  return {
    version: 1,
    createdAt: new Date(EPOCH + 60_000).toISOString(),
    environments: [environment],
    tests: Array.from({ length: testCount }, (_, index) => largeTest(environment, index)),
  }
}

function largeEnvironment(driverCount: number): EnvironmentInfo {
  const layers = LAYERS.map(({ kind, className, share, took }, layer) =>
    Array.from({ length: Math.round(driverCount * share) }, (_, index) =>
      layerDriver({ name: `${kind}-${index + 1}`, className, took: took + (index % 7) * 9, layer }),
    ),
  )
  const drivers = layers.flat()
  const ends = drivers.flatMap(({ start }) => start.map(({ end }) => end))
  return {
    id: 'large',
    scope: 'run',
    files: Array.from({ length: 40 }, (_, index) => `test/area-${index + 1}.test.ts`),
    startedAt: EPOCH,
    readyAt: Math.max(...ends),
    stopStartedAt: EPOCH + 50_000,
    stoppedAt: EPOCH + 51_000,
    drivers,
    sampledAt: [EPOCH + 2_500, EPOCH + 49_000],
    externals: [],
    edges: layers.slice(1).flatMap((layer, below) => layerEdges(layer, layers[below] ?? [])),
    criticalPath: layers.map((layer) => layer[6]?.name ?? ''),
    failures: [],
  }
}

function layerDriver(made: { name: string; className: string; took: number; layer: number }): DriverInfo {
  const { name, className, took, layer } = made
  const from = LAYERS.slice(0, layer).reduce((sum, each) => sum + each.took + 60, 0)
  const timing = {
    from,
    phases: [took * 0.1, took * 0.9, 1],
    stop: [50_000 + (4 - layer) * 150, 90],
  } as const
  return sampleDriver(name, className, timing, {
    listening:
      className === 'HTTPClient'
        ? []
        : [`tcp://127.0.0.1:${30_000 + made.layer * 1_000 + Number(name.split('-')[1])}`],
    logs:
      className === 'App'
        ? [{ stream: 'stdout', path: `/tmp/testrig/${name}/stdout`, text: kafkaLog(200), omitted: 0 }]
        : [],
  })
}

function layerEdges(layer: readonly DriverInfo[], below: readonly DriverInfo[]): ConnectionEdge[] {
  return layer.flatMap(({ name }, index) =>
    [0, 1].slice(0, 1 + (index % 2)).flatMap((step) => {
      const target = below[(index * 2 + step) % below.length]
      if (!target) return []
      const port = target.listening[0]?.split(':').at(-1) ?? ''
      const observed = { protocol: 'tcp', connection: `tcp://${port}`, fromEnds: ['50001'], toEnds: [port] }
      const isObserved = index % 9 !== 4
      return [
        {
          from: name,
          to: target.name,
          values: [{ attribute: 'port', origin: 'args[1]' }],
          dependency: true,
          observed: isObserved ? [observed] : [],
        },
      ]
    }),
  )
}

function largeTest({ id, files, drivers }: EnvironmentInfo, index: number): TestInfo {
  const isFailed = index % 97 === 13
  const used = drivers.filter((_, place) => (place + index) % 23 === 0).map(({ name }) => name)
  return {
    name: [`area ${(index % 40) + 1}`, `case ${index + 1} holds`],
    file: files[index % 40] ?? '',
    project: '',
    state: isFailed ? 'failed' : index % 50 === 7 ? 'skipped' : 'passed',
    duration: 3 + (index % 61) * 4.3,
    errors: isFailed ? [`AssertionError: expected ${index} to be ${index + 1} // Object.is equality`] : [],
    used: [{ environment: id, drivers: used }],
  }
}
