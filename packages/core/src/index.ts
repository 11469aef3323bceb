export { attributes, type PlainValue } from './attributes.ts'
export { type Answer, type Condition, polled } from './condition.ts'
export {
  BaseConnectionExtractor,
  ConnectionExtractor,
  type Extracted,
} from './connections/connection-extractor.ts'
export { BaseDriverConnectionGroup, ConnectionEnds } from './connections/connection-group.ts'
export { BaseConnectionInfo, type ConnectionFields } from './connections/connection-info.ts'
export { Direction, Protocol } from './connections/direction.ts'
export { FileConnectionInfo, FileDriverConnectionGroup } from './connections/file-connection.ts'
export { coversLoopback, LOOPBACK } from './connections/hosts.ts'
export {
  type PortConnectionFields,
  PortConnectionInfo,
  PortDriverConnectionGroup,
} from './connections/port-connection.ts'
export { context, own } from './context.ts'
export { type ContextValue, isContextValue, type Late, type Scope } from './context-value.ts'
export type { Dependencies, DependencySide } from './dependencies.ts'
export { didYouMean } from './did-you-mean.ts'
export { Driver } from './driver.ts'
export type { RunningProgram } from './driver-internals.ts'
export { type DriverDefaults, type DriverHook, type DriverOptions, driverOptions } from './driver-options.ts'
export { endsTold } from './ends-told.ts'
export { Environment, type StartOptions } from './environment.ts'
export {
  type AddOptions,
  type DriverReferences,
  type Drivers,
  EnvironmentDefinition,
  environment,
  type WithDriver,
} from './environment-definition.ts'
export type { EnvironmentHook, EnvironmentOptions } from './environment-options.ts'
export { definitionHint } from './errors-declaring.ts'
export type { FlushOptions } from './follow-file.ts'
export type { DependencyGraph, Edge } from './graph.ts'
export type { InstallFile } from './install-files.ts'
export { interpolate } from './interpolate.ts'
export type { Timeline } from './lifecycle.ts'
export { LogMatcher } from './log-matcher.ts'
export type { LogPattern } from './log-patterns.ts'
export type { LogTail } from './log-tail.ts'
export { type LogStream, LogWatch, type LogWatchOptions } from './log-watch.ts'
export { type Resolved, type ResolvedValue, validateOptions } from './options.ts'
export { poll } from './poll.ts'
export { claimPort, leasePort, type PortLease } from './port-lease.ts'
export { portHolder } from './port-lock.ts'
export { type ProcessStat, parseProcessStat } from './process-stat.ts'
export type { AttributeName, Reference, References } from './reference.ts'
export {
  func,
  integer,
  late,
  milliseconds,
  type NumberRange,
  type OptionSchema,
  type OptionSchemas,
  pattern,
  portNumber,
  type Schema,
  strictObject,
  text,
} from './schema.ts'
export { isSecretName } from './secret-names.ts'
export { sharedState } from './shared-state.ts'
export { show } from './show.ts'
export { watchSlowStart } from './slow-start.ts'
export type { DriverState } from './state.ts'
export { TestrigError, type TestrigErrorOptions } from './testrig-error.ts'
export { traced } from './traced.ts'
