// For packages that run programs which are no drivers: the same process groups, watchdog and environment.
export { childEnvironment } from './child-environment.ts'
export { type Ending, endingText } from './errors.ts'
export { Program, type ProgramOptions } from './program.ts'
export { argumentsSchema, variablesSchema } from './program-schemas.ts'
