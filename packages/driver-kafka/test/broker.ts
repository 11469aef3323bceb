import { KafkaStandalone, type KafkaStandaloneOptions } from '../src/index.ts'
import { kafka4 } from './homes.ts'

/** Makes a broker of the newest version. */
export function broker(options: KafkaStandaloneOptions = {}): KafkaStandalone {
  const home = options.binary === undefined ? { home: kafka4 } : {}
  return new KafkaStandalone({ name: 'kafka', ...home, ...options })
}
