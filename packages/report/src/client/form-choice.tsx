import type { VNode } from 'preact'
import { Choice } from './choice.tsx'

/** What a view is shown as. */
export type Form = 'drawn' | 'table'

interface FormChoiceProps {
  readonly value: Form
  onChange(form: Form): void
}

/** The choice between a drawing and a table. */
export function FormChoice({ value, onChange }: FormChoiceProps): VNode {
  return (
    <Choice
      legend="Shown as"
      options={[
        ['drawn', 'Chart'],
        ['table', 'Table'],
      ]}
      value={value}
      onChange={onChange}
    />
  )
}
