import type { ComponentChildren, VNode } from 'preact'

interface SectionProps {
  readonly title: string
  readonly children: ComponentChildren
}

/** A part of the panel. */
export function Section({ title, children }: SectionProps): VNode {
  return (
    <section class="part">
      <h3>{title}</h3>
      {children}
    </section>
  )
}
