import type { ConnectionEdge, DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'
import { expect, test } from 'vitest'
import { connectionKind, connectionLabel, observedEnds, withoutPeer } from './connection-kind.ts'

const tcp = { protocol: 'tcp', connection: 'tcp://5432', fromEnds: ['50001'], toEnds: ['5432'] }
const value = { attribute: 'port', origin: 'args[0]' }
const edge = (more: Partial<ConnectionEdge>): ConnectionEdge => ({
  from: 'app',
  to: 'db',
  values: [],
  dependency: false,
  observed: [],
  ...more,
})

test('an edge is declared by a value or a dependency, and observed or not', () => {
  expect(connectionKind(edge({ values: [value], observed: [tcp] }))).toBe('agreed')
  expect(connectionKind(edge({ dependency: true, observed: [tcp] }))).toBe('agreed')
  expect(connectionKind(edge({ values: [value], dependency: true }))).toBe('declared')
  expect(connectionKind(edge({ observed: [tcp] }))).toBe('observed')
  expect(connectionKind(edge({ dependency: true }))).toBe('dependency')
})

test('an edge is labelled by what it carries and by what joins its ends', () => {
  expect(
    connectionLabel(edge({ values: [value, { ...value, origin: 'etc/app.cfg:3' }], observed: [tcp] })),
  ).toBe('port · tcp 5432')
  expect(connectionLabel(edge({ values: [value, { ...value, attribute: 'host' }] }))).toBe('port +1')
  expect(connectionLabel(edge({ dependency: true }))).toBe('')
})

test('an observed link shows which way it went', () => {
  expect(observedEnds(tcp)).toBe('50001 → 5432')
  expect(observedEnds({ ...tcp, reversed: true })).toBe('50001 ← 5432')
})

test('a listener is without a peer unless a link ends at its port', () => {
  const driver = {
    name: 'db',
    listening: ['tcp://127.0.0.1:5432', 'tcp://[::1]:8125', 'unix:///run/db.sock'],
  } as unknown as DriverInfo
  const environment = (edges: readonly ConnectionEdge[]) => ({ edges }) as EnvironmentInfo
  expect(withoutPeer(environment([edge({ observed: [tcp] })]), driver)).toEqual([
    'tcp://[::1]:8125',
    'unix:///run/db.sock',
  ])
  expect(withoutPeer(environment([edge({ values: [value] })]), driver)).toHaveLength(3)
  expect(withoutPeer(environment([edge({ from: 'db', to: 'app', observed: [tcp] })]), driver)).toHaveLength(3)
})
