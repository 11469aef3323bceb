/** What is ordered; prices are cents. */
export interface Order {
  readonly id: string
  readonly item: string
  readonly count: number
  readonly price: number
}

/** What has been ordered of an item so far. */
export interface Total {
  readonly orders: number
  readonly cents: number
}

/** Reads an order. @throws Error that says what is wrong with it */
export function readOrder(text: string): Order {
  const { id, item, count, price } = JSON.parse(text) as Partial<Order>
  if (typeof id !== 'string' || id === '') throw new Error('it has no id')
  if (typeof item !== 'string' || item === '') throw new Error('it has no item')
  if (!isPositive(count)) throw new Error(`its count is ${count}`)
  if (!isPositive(price)) throw new Error(`its price is ${price}`)
  return { id, item, count, price }
}

function isPositive(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}
