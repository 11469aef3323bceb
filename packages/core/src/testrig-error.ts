export interface TestrigErrorOptions {
  /** Name of the driver that the error is about. */
  readonly driver?: string | undefined
  /** The error that led to this one. */
  readonly cause?: unknown
}

/** An error of Testrig: `code` is stable and documented in docs/errors.md. */
export class TestrigError extends Error {
  readonly code: string
  readonly driver: string | undefined

  constructor(code: string, message: string, options: TestrigErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TestrigError'
    this.code = code
    this.driver = options.driver
  }
}
