const FAMILY = "'Plex Sans', system-ui, sans-serif"
export const FONTS = {
  name: `600 13px ${FAMILY}`,
  detail: `400 11px ${FAMILY}`,
  label: `400 11px ${FAMILY}`,
} as const

let drawing: CanvasRenderingContext2D | null | undefined

/** How wide a text is drawn, in pixels. */
export function textWidth(text: string, font: string): number {
  drawing ??= document.createElement('canvas').getContext('2d')
  if (!drawing) return text.length * 8
  drawing.font = font
  return drawing.measureText(text).width
}

/** The text, or its beginning with an ellipsis that keeps to the width. */
export function fitted(text: string, font: string, width: number): string {
  if (textWidth(text, font) <= width) return text
  const characters = [...text.slice(0, 200)]
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, font) > width) characters.pop()
  return `${characters.join('')}…`
}
