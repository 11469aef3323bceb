/** A text that a context value gave while options are resolved: its schema may take it as a number. */
export class Rendered {
  readonly text: string
  readonly source: string

  constructor(text: string, source: string) {
    this.text = text
    this.source = source
  }
}
