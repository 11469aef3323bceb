import { javaCommand } from '@testrig/java'
import { findZookeeper } from '../src/find-zookeeper.ts'

/** Why tests that need ZooKeeper are skipped; on CI they are not, but fail. */
export const skipped: string | undefined = process.env.CI === 'true' ? undefined : missing()

/** The reason as the end of a title. */
export const reason: string = skipped === undefined ? '' : ` (skipped: ${skipped})`

function missing(): string | undefined {
  try {
    javaCommand('test', { java: undefined, jvmArgs: [], classpath: findZookeeper('test', undefined) })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
