import type { DriverInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'

/** The published attributes of a driver. */
export function AttributesTable({ attributes }: Pick<DriverInfo, 'attributes'>): VNode {
  const entries = Object.entries(attributes)
  if (entries.length === 0) return <p class="note">It publishes none.</p>
  return (
    <table class="attributes">
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              {typeof value === 'object' && value !== null ? (
                <pre>{JSON.stringify(value, undefined, 2)}</pre>
              ) : (
                <code>{String(value)}</code>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
