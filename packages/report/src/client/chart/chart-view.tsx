import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { type Form, FormChoice } from '../form-choice.tsx'
import { ConnectionsTable } from './connections-table.tsx'
import { FlowChart } from './flow-chart.tsx'
import { Legend } from './legend.tsx'

interface ChartViewProps {
  readonly environment: EnvironmentInfo
  readonly chosen: string | undefined
  onChoose(driver: string): void
}

/** How the drivers are connected: drawn, or as a table. */
export function ChartView(props: ChartViewProps): VNode {
  const { environment } = props
  const [form, setForm] = useState<Form>('drawn')
  return (
    <>
      <div class="bar">
        <FormChoice value={form} onChange={setForm} />
        <p class="quiet">{sampling(environment)}</p>
      </div>
      {environment.drivers.length === 0 ? (
        <p class="note">It has no drivers.</p>
      ) : form === 'table' ? (
        <ConnectionsTable environment={environment} />
      ) : (
        <>
          <FlowChart key={environment.id} {...props} />
          <Legend environment={environment} />
        </>
      )}
    </>
  )
}

function sampling({ sampledAt }: EnvironmentInfo): string {
  if (sampledAt.length === 0) return 'Connections were not looked at: only declared ones are known.'
  const times = ['once', 'twice'][sampledAt.length - 1] ?? `${sampledAt.length} times`
  return `Connections were looked at ${times}.`
}
