import type { ComponentChildren, VNode } from 'preact'

interface ScrollerProps {
  readonly label: string
  readonly children: ComponentChildren
}

/** Lets what is wider than the page be scrolled by itself, by keys as well. */
export function Scroller({ label, children }: ScrollerProps): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys
    <section class="scroller" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
