import {
  Driver,
  type DriverDefaults,
  type DriverOptions,
  type Late,
  late,
  type OptionSchemas,
  type Resolved,
  text,
} from '@testrig/core'
import kafkajs from 'kafkajs'
import type { Order } from '../src/order.ts'

export interface OrderDeskOptions extends DriverOptions<OrderDesk> {
  readonly bootstrapServers: Late<string>
}

// #region driver
/** Those who order: a producer of Kafka as a driver, connected as long as the tests run. */
export class OrderDesk extends Driver {
  static override readonly options: OptionSchemas<OrderDeskOptions> = {
    ...Driver.options,
    bootstrapServers: late(text()),
  }

  declare readonly options: OrderDeskOptions
  declare protected readonly config: Resolved<OrderDeskOptions, DriverDefaults>
  #producer: kafkajs.Producer | undefined

  constructor(options: OrderDeskOptions) {
    super(options as DriverOptions)
  }

  /** Sends orders; those of one item keep their order. */
  async place(...orders: readonly Order[]): Promise<void> {
    const messages = orders.map((order) => ({ key: order.item, value: JSON.stringify(order) }))
    await this.#producer?.send({ topic: 'orders', messages })
  }

  protected override async starting(): Promise<void> {
    const { Kafka, Partitioners, logLevel } = kafkajs
    const kafka = new Kafka({ brokers: [this.config.bootstrapServers], logLevel: logLevel.NOTHING })
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
    this.onStop(() => producer.disconnect())
    await producer.connect()
    this.#producer = producer
  }
}
// #endregion driver
