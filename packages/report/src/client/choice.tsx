import type { VNode } from 'preact'
import { useId } from 'preact/hooks'

interface ChoiceProps<Value extends string> {
  readonly legend: string
  readonly options: readonly (readonly [value: Value, title: string])[]
  readonly value: Value
  onChange(value: NoInfer<Value>): void
}

/** A choice of one among few. */
export function Choice<Value extends string>({
  legend,
  options,
  value,
  onChange,
}: ChoiceProps<Value>): VNode {
  const name = useId()
  return (
    <fieldset class="switch">
      <legend class="hidden">{legend}</legend>
      {options.map(([option, title]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          <span>{title}</span>
        </label>
      ))}
    </fieldset>
  )
}
