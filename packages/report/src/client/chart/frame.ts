/** A width and a height in pixels. */
export interface Frame {
  readonly width: number
  readonly height: number
}

/** The scale at which something is as large as it can be within a frame. */
export function scaleIn({ width, height }: Frame, frame: Frame): number {
  return Math.min(frame.width / Math.max(1, width), frame.height / Math.max(1, height))
}
