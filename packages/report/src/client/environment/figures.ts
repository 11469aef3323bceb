import type { EnvironmentInfo } from '@testrig/core/driver-info'
import { connectionKind } from '../connection-kind.ts'
import { duration, moment } from '../format.ts'
import type { Model } from '../model.ts'
import { healthOf } from '../state-badge.tsx'

/** A figure of an environment: what it is, its value, and what there is to say about it. */
export interface Figure {
  readonly what: string
  readonly value: string
  readonly remark?: string | undefined
  readonly isBad?: boolean
}

/** What there is to know of an environment at one glance. */
export function environmentFigures(model: Model, environment: EnvironmentInfo): readonly Figure[] {
  const { startedAt, readyAt, stopStartedAt, stoppedAt, scope } = environment
  return [
    driverFigure(environment),
    { what: 'Start', value: duration(readyAt - startedAt), remark: pathRemark(environment) },
    {
      what: 'Stop',
      value:
        stopStartedAt === undefined || stoppedAt === undefined ? '–' : duration(stoppedAt - stopStartedAt),
      remark: stoppedAt === undefined ? 'still ran' : undefined,
    },
    connectionFigure(environment),
    testFigure(model, environment),
    { what: 'Scope', value: scope, remark: moment(startedAt) },
  ]
}

function driverFigure({ drivers }: EnvironmentInfo): Figure {
  const broken = drivers.filter((driver) => healthOf(driver) === 'broken').length
  const idle = drivers.filter((driver) => healthOf(driver) === 'idle').length
  const remarks = [...(broken > 0 ? [`${broken} failed`] : []), ...(idle > 0 ? [`${idle} not up`] : [])]
  return {
    what: 'Drivers',
    value: String(drivers.length),
    remark: remarks.length > 0 ? remarks.join(', ') : drivers.length > 0 ? 'all up' : undefined,
    isBad: broken > 0,
  }
}

function pathRemark({ criticalPath }: EnvironmentInfo): string | undefined {
  return criticalPath.length === 0 ? undefined : `${criticalPath.length} on the critical path`
}

function connectionFigure({ edges }: EnvironmentInfo): Figure {
  const kinds = Object.groupBy(edges, connectionKind)
  const remarks = [
    ...(kinds.declared ? [`${kinds.declared.length} never observed`] : []),
    ...(kinds.observed ? [`${kinds.observed.length} not declared`] : []),
  ]
  return { what: 'Connections', value: String(edges.length), remark: remarks.join(', ') || undefined }
}

function testFigure(model: Model, environment: EnvironmentInfo): Figure {
  const tests = model.testsOf(environment)
  const failed = tests.filter(({ state }) => state === 'failed').length
  return {
    what: 'Tests',
    value: String(tests.length),
    remark: tests.length === 0 ? undefined : failed > 0 ? `${failed} failed` : 'none failed',
    isBad: failed > 0,
  }
}
