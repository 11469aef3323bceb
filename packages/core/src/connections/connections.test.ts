import { describe, expect, test } from 'vitest'
import { Driver } from '../driver.ts'
import { joinConnections } from '../driver-info/join-connections.ts'
import { BaseConnectionExtractor, ConnectionExtractor } from './connection-extractor.ts'
import { BaseDriverConnectionGroup } from './connection-group.ts'
import { BaseConnectionInfo } from './connection-info.ts'
import { Direction, Protocol } from './direction.ts'
import { FileConnectionInfo } from './file-connection.ts'
import { PortConnectionInfo } from './port-connection.ts'

const { CONNECTING, LISTENING } = Direction

function port(identifier: number, direction: Direction, host?: string, own?: number): PortConnectionInfo {
  return new PortConnectionInfo({ protocol: Protocol.TCP, identifier, direction, host, port: own })
}

function file(identifier: string, direction: Direction): FileConnectionInfo {
  return new FileConnectionInfo({ identifier, direction })
}

/** The links between drivers with these sides of connections, as `from [ends] → to [ends]: connection`. */
function links(seen: Readonly<Record<string, readonly BaseConnectionInfo[]>>): readonly string[] {
  const joined = joinConnections(new Map(Object.entries(seen)))
  expect(joined.problems).toEqual([])
  return joined.links.map(
    ({ from, fromEnds, to, toEnds, connection }) =>
      `${from} [${[...fromEnds]}] → ${to} [${[...toEnds]}]: ${connection}`,
  )
}

describe('ports', () => {
  test('join who connects with who listens, by their own ports', () => {
    expect(
      links({
        client: [port(80, CONNECTING, '127.0.0.1', 40_000), port(80, CONNECTING, '127.0.0.1', 40_001)],
        server: [port(80, LISTENING, '127.0.0.1', 80), port(81, LISTENING, '127.0.0.1', 81)],
        unknown: [port(80, CONNECTING, '127.0.0.1')],
        other: [port(82, CONNECTING, '127.0.0.1', 40_002)],
      }),
    ).toEqual(['client [40000,40001] → server [80]: tcp://80', 'unknown [Unknown] → server [80]: tcp://80'])
  })

  test('of other protocols are others', () => {
    const udp = new PortConnectionInfo({ protocol: Protocol.UDP, identifier: 80, direction: CONNECTING })
    expect(links({ server: [port(80, LISTENING)], client: [udp] })).toEqual([])
  })

  test('a driver is not joined with itself', () => {
    expect(links({ app: [port(80, LISTENING), port(80, CONNECTING)] })).toEqual([])
  })

  test.for([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['127.0.0.1', '203.0.113.9', false],
    ['127.0.0.1', 'localhost', true],
    ['::1', 'LOCALHOST', true],
    ['127.0.0.2', 'localhost', false],
    ['0.0.0.0', '127.0.0.2', true],
    ['0.0.0.0', '127.0.0.1', true],
    ['0.0.0.0', '203.0.113.9', false],
    ['::', '::1', true],
    ['127.0.0.1', '::ffff:127.0.0.1', true],
    ['[::1]', '::1', true],
    ['127.0.0.1', 'example.test', true],
    ['*', 'localhost', true],
    [undefined, '203.0.113.9', true],
    ['127.0.0.1', undefined, true],
  ] as const)(
    'who listens on %s is reached by who connects to %s: %s',
    ([listening, connecting, reached]) => {
      const seen = { client: [port(80, CONNECTING, connecting)], server: [port(80, LISTENING, listening)] }
      expect(links(seen).length > 0).toBe(reached)
    },
  )

  test('the same port on two addresses is two connections', () => {
    expect(
      links({
        one: [port(80, LISTENING, '127.0.0.1', 80)],
        two: [port(80, LISTENING, '127.0.0.2', 80)],
        'to one': [port(80, CONNECTING, '127.0.0.1', 1)],
        'to two': [port(80, CONNECTING, '127.0.0.2', 2)],
      }),
    ).toEqual(['to one [1] → one [80]: tcp://80', 'to two [2] → two [80]: tcp://80'])
  })
})

test('files join who writes with who reads', () => {
  expect(
    links({
      writer: [file('/a', CONNECTING), file('/b', CONNECTING)],
      reader: [file('/a', LISTENING)],
      both: [file('/a', LISTENING), file('/a', CONNECTING)],
    }),
  ).toEqual([
    'writer [Write] → reader [Read]: file:///a',
    'writer [Write] → both [Read]: file:///a',
    'both [Write] → reader [Read]: file:///a',
  ])
})

describe('ConnectionExtractor', () => {
  class Custom extends Driver {
    readonly host: string = '127.0.0.1'
    readonly port: number = 80
  }
  const seen = (driver: Driver, direction: Direction) =>
    new ConnectionExtractor(Protocol.TCP, direction).extractConnections(driver)

  test('reads host and port of a server, and of the server of a client', () => {
    expect(seen(new Custom(), LISTENING)).toEqual([port(80, LISTENING, '127.0.0.1', 80)])
    expect(seen(new Custom(), CONNECTING)).toEqual([port(80, CONNECTING, '127.0.0.1')])
  })

  test('a client that publishes its local port is connected when that has a value', () => {
    const client = Object.assign(new Custom(), { localPort: undefined as number | undefined })
    expect(seen(client, CONNECTING)).toEqual([])
    client.localPort = 40_000
    expect(seen(client, CONNECTING)).toEqual([port(80, CONNECTING, '127.0.0.1', 40_000)])
  })

  test('connectionIdentifier goes before the port; without either there is no connection', () => {
    const driver = Object.assign(new Custom(), { connectionIdentifier: 'orders' })
    expect(seen(driver, LISTENING)[0]?.connectionRep).toBe('tcp://orders')
    expect(seen(new Driver(), LISTENING)).toEqual([])
  })
})

describe('a connection of a new type', () => {
  // As the documentation of Testplan shows it, with names in camelCase.
  class NewConnectionInfo extends BaseConnectionInfo {
    override get connectionRep() {
      return `new://${this.identifier}` // this is the value by which drivers will be matched
    }

    override promoteToConnection() {
      return NewDriverConnectionGroup.fromConnectionInfo(this)
    }
  }

  class NewDriverConnectionGroup extends BaseDriverConnectionGroup {
    static override fromConnectionInfo(driverConnectionInfo: BaseConnectionInfo): BaseDriverConnectionGroup {
      const conn = super.fromConnectionInfo(driverConnectionInfo)
      conn.inDrivers.add('dummy', 'nowhere')
      return conn
    }

    override addDriverIfInConnection(driverName: string, driverConnectionInfo: NewConnectionInfo) {
      if (this.connection === driverConnectionInfo.connection) {
        if (driverConnectionInfo.direction === Direction.CONNECTING) this.outDrivers.add(driverName, 'out')
        else this.inDrivers.add(driverName, 'in')
        return true
      }
      return false
    }
  }

  class NewConnectionExtractor extends BaseConnectionExtractor {
    override extractConnections(driver: Driver) {
      return [
        new NewConnectionInfo({ protocol: 'new', identifier: driver.name, direction: Direction.CONNECTING }),
      ]
    }
  }

  class NewDriver extends Driver {
    static override readonly EXTRACTORS = [new NewConnectionExtractor()]
  }

  test('is joined by what it says, and adds drivers of its own', () => {
    const [extractor] = NewDriver.EXTRACTORS
    const one = extractor?.extractConnections(new NewDriver({ name: 'x' })) ?? []
    expect(links({ one, other: [port(80, CONNECTING)] })).toEqual(['one [out] → dummy [nowhere]: new://x'])
    expect(one[0]?.promoteToConnection()).toBeInstanceOf(NewDriverConnectionGroup)
  })

  test('may have connectionRep as a method, in JavaScript', () => {
    class Info extends BaseConnectionInfo {}
    Object.defineProperty(Info.prototype, 'connectionRep', { value: () => 'new://same' })
    const sides = [CONNECTING, LISTENING].map(
      (direction, identifier) => new Info({ protocol: 'new', identifier, direction }),
    )
    expect(links({ one: sides.slice(0, 1), other: sides.slice(1) })).toEqual([
      'one [0] → other [1]: new://same',
    ])
  })

  test('whose code throws is a problem of the driver, and the others are joined', () => {
    class Broken extends BaseConnectionInfo {
      override promoteToConnection(): BaseDriverConnectionGroup {
        throw new Error('not now')
      }
    }
    class Refusing extends BaseDriverConnectionGroup {
      override addDriverIfInConnection(): boolean {
        return false
      }
    }
    class Refused extends BaseConnectionInfo {
      override promoteToConnection(): BaseDriverConnectionGroup {
        return new Refusing(this.connection)
      }
    }
    const fields = { protocol: 'new', identifier: 1, direction: CONNECTING }
    const joined = joinConnections(
      new Map<string, readonly BaseConnectionInfo[]>([
        ['broken', [new Broken(fields)]],
        ['refused', [new Refused(fields)]],
        ['client', [port(80, CONNECTING)]],
        ['server', [port(80, LISTENING)]],
      ]),
    )
    expect(joined.problems).toEqual([
      ['broken', 'Broken: not now'],
      ['refused', 'Refused: the group that promoteToConnection() made of new://1 does not take it in'],
    ])
    expect(joined.links.map(({ from, to }) => [from, to])).toEqual([['client', 'server']])
  })
})
