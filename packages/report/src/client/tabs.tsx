import type { ComponentChildren, VNode } from 'preact'
import { useRef } from 'preact/hooks'

interface Tab<Name extends string> {
  readonly name: Name
  readonly title: string
  /** How much is behind it. */
  readonly count?: number
}

interface TabsProps<Name extends string> {
  readonly label: string
  readonly tabs: readonly Tab<Name>[]
  readonly current: Name
  onSelect(name: Name): void
  readonly children: ComponentChildren
}

/** Tabs with their panel. Arrow keys, Home and End move between tabs. */
export function Tabs<Name extends string>(props: TabsProps<Name>): VNode {
  const { label, tabs, current, onSelect, children } = props
  const list = useRef<HTMLDivElement>(null)
  const id = `tabs-${label.replace(/\W+/g, '-').toLowerCase()}`
  const onKeyDown = (event: KeyboardEvent) => {
    const next = neighbour(tabs, current, event.key)
    if (!next) return
    event.preventDefault()
    onSelect(next.name)
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.name}"]`)?.focus()
  }
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
        {tabs.map(({ name, title, count }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            data-tab={name}
            aria-selected={name === current}
            aria-controls={`${id}-panel`}
            tabIndex={name === current ? 0 : -1}
            onClick={() => onSelect(name)}
          >
            {title}
            {count === undefined ? null : <span class="count">{count}</span>}
          </button>
        ))}
      </div>
      <div class="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current}`}>
        {children}
      </div>
    </>
  )
}

function neighbour<Name extends string>(
  tabs: readonly Tab<Name>[],
  current: Name,
  key: string,
): Tab<Name> | undefined {
  const index = tabs.findIndex(({ name }) => name === current)
  if (key === 'ArrowRight') return tabs[(index + 1) % tabs.length]
  if (key === 'ArrowLeft') return tabs.at(index - 1)
  if (key === 'Home') return tabs[0]
  return key === 'End' ? tabs.at(-1) : undefined
}
