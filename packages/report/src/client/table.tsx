import type { ComponentChildren, VNode } from 'preact'
import { Scroller } from './scroller.tsx'

interface TableProps {
  readonly label: string
  readonly columns: readonly string[]
  /** Columns that a narrow page leaves out. @default [] */
  readonly spare?: readonly string[]
  readonly class?: string
  /** Its rows. */
  readonly children: ComponentChildren
}

/** A table with a head, which can be scrolled when it is wider than the page. */
export function Table({ label, columns, spare = [], class: look, children }: TableProps): VNode {
  return (
    <Scroller label={label}>
      <table class={look}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" class={spare.includes(column) ? 'spare' : undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scroller>
  )
}
