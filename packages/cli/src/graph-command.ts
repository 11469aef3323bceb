import type { DependencyGraph, Edge, Environment } from '@testrig/core'
import { toMermaid } from '@testrig/core/driver-info'
import { readArguments } from './arguments.ts'
import { argumentMissing, needlessCommand, tooManyArguments, wrongValue } from './errors.ts'
import { SUCCEEDED } from './exit-codes.ts'
import { GRAPH_USAGE } from './help.ts'
import { loadEnvironment } from './load-environment.ts'

const FORMATS = { mermaid, json }

/** Runs `testrig graph`; gives the exit code. */
export async function graphCommand(args: readonly string[]): Promise<number> {
  const { values, positionals, rest } = readArguments(args, { format: 'value' })
  const [module, extra] = positionals
  if (module === undefined) throw argumentMissing(GRAPH_USAGE, 'The module')
  if (extra !== undefined) throw tooManyArguments(GRAPH_USAGE, extra)
  if (rest !== undefined) throw needlessCommand('graph')
  const { format = 'mermaid' } = values
  if (!Object.hasOwn(FORMATS, format)) throw wrongValue('format', format, Object.keys(FORMATS))
  const environment = (await loadEnvironment(module)).create()
  try {
    const edges = edgesOf(await environment.graph())
    process.stdout.write(FORMATS[format as keyof typeof FORMATS](environment, edges))
  } finally {
    await environment.stop() // What drivers reserve before a start, such as ports, is given back.
  }
  return SUCCEEDED
}

interface ShownEdge extends Edge {
  /** Whether one waits for the other; if not, it is only given values that are known before the start. */
  readonly dependency: boolean
}

function edgesOf({ edges, known }: DependencyGraph): readonly ShownEdge[] {
  const isKnownOnly = (one: Edge) =>
    !edges.some(({ before, after }) => before === one.before && after === one.after)
  return [
    ...edges.map((edge) => ({ ...edge, dependency: true })),
    ...known.filter(isKnownOnly).map((edge) => ({ ...edge, dependency: false })),
  ]
}

function mermaid(environment: Environment, edges: readonly ShownEdge[]): string {
  return toMermaid({
    drivers: driversOf(environment) as never,
    externals: [],
    edges: edges.map(({ after, before, origins, dependency }) => ({
      from: after,
      to: before,
      values: origins.map((origin) => ({ attribute: origin, origin })),
      dependency,
      observed: [],
    })),
  })
}

function json(environment: Environment, edges: readonly ShownEdge[]): string {
  const data = {
    drivers: driversOf(environment),
    edges: edges.map(({ after, before, origins, dependency }) => ({
      from: after,
      to: before,
      origins,
      dependency,
    })),
  }
  return `${JSON.stringify(data, undefined, 2)}\n`
}

function driversOf({ drivers, names }: Environment): readonly { name: string; className: string }[] {
  return names.map((name) => ({ name, className: drivers[name]?.constructor.name ?? '' }))
}
