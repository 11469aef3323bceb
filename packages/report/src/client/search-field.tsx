import type { VNode } from 'preact'

interface SearchFieldProps {
  /** What the field is for, such as `Search tests`. */
  readonly label: string
  /** What stands in the empty field. @default the label */
  readonly placeholder?: string
  readonly value: string
  onSearch(text: string): void
  /** Called when Enter is pressed; by -1 with Shift, else by 1. */
  onMove?(by: 1 | -1): void
}

/** A field to search by. */
export function SearchField({
  label,
  placeholder = label,
  value,
  onSearch,
  onMove,
}: SearchFieldProps): VNode {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && onMove) {
      event.preventDefault()
      onMove(event.shiftKey ? -1 : 1)
    }
    // The first Escape empties the field, the next one closes the panel.
    if (event.key === 'Escape' && value !== '') {
      event.preventDefault()
      event.stopPropagation()
      onSearch('')
    }
  }
  return (
    <label class="search">
      <span class="hidden">{label}</span>
      <input
        type="search"
        placeholder={placeholder}
        value={value}
        onInput={(event) => onSearch(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
    </label>
  )
}
