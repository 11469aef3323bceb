import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

type Properties = ReadonlyMap<string, string>

/** Whether a broker with this configuration needs its storage formatted, and has none that is. */
export function needsFormat(config: Properties, workingDir: string): boolean {
  if (!config.has('process.roles')) return false // It keeps its metadata in ZooKeeper.
  const directories = (config.get('log.dirs') ?? config.get('log.dir') ?? '').split(',')
  const marks = directories.map((directory) => join(resolve(workingDir, directory.trim()), 'meta.properties'))
  return !marks.every((mark) => existsSync(mark))
}

/** What kafka-storage.sh, or its main class, takes to format the storage. */
export function formatArguments(
  configPath: string,
  config: Properties,
  clusterId: string = randomClusterId(),
): readonly string[] {
  const isController = config.get('process.roles')?.includes('controller') === true
  // A controller whose quorum the configuration does not name is a quorum by itself.
  const standalone = isController && !config.has('controller.quorum.voters') ? ['--standalone'] : []
  return ['format', `--cluster-id=${clusterId}`, '--config', configPath, '--ignore-formatted', ...standalone]
}

/** Source: org.apache.kafka.common.Uuid: 16 bytes in base64url. */
function randomClusterId(): string {
  return randomBytes(16).toString('base64url')
}
