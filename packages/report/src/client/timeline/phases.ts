/** How the phases of a start or stop are drawn: what prepares, what acts, what waits, what comes after. */
export const PHASES: readonly {
  readonly look: string
  readonly title: string
  readonly names: readonly string[]
}[] = [
  { look: 'before', title: 'prepares', names: ['prepare', 'resolve', 'preStart', 'preStop'] },
  { look: 'acts', title: 'starts or stops', names: ['starting', 'stopping', 'aborting'] },
  { look: 'waits', title: 'waits for it', names: ['startedCheck', 'stoppedCheck'] },
  { look: 'after', title: 'finishes', names: ['postStart', 'postStop'] },
]

/** The look of a phase by its name. */
export function phaseLook(name: string): string {
  return PHASES.find(({ names }) => names.includes(name))?.look ?? 'acts'
}
