import {
  Driver,
  type DriverDefaults,
  type DriverOptions,
  type OptionSchemas,
  type Resolved,
  text,
} from '@testrig/core'
import * as v from 'valibot'
import { BusConnectionExtractor } from './bus-connection.ts'

export interface BusServiceOptions extends DriverOptions<BusService> {
  /** Topics that it publishes to. @default none */
  readonly publishes?: readonly string[] | undefined
  /** Topics that it subscribes to. @default none */
  readonly subscribes?: readonly string[] | undefined
}

const topics = v.optional(v.array(text('a topic')), [])

// #region driver
/** Something that talks over the message bus. */
export class BusService extends Driver {
  static override readonly EXTRACTORS: readonly BusConnectionExtractor[] = [new BusConnectionExtractor()]
  static override readonly options: OptionSchemas<BusServiceOptions> = {
    ...Driver.options,
    publishes: topics,
    subscribes: topics,
  }

  declare protected readonly config: Resolved<BusServiceOptions, 'publishes' | 'subscribes' | DriverDefaults>

  constructor(options: BusServiceOptions = {}) {
    super(options)
  }

  get publishes(): readonly string[] {
    return this.config.publishes
  }

  get subscribes(): readonly string[] {
    return this.config.subscribes
  }
}
// #endregion driver
