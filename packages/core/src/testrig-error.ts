export interface TestrigErrorOptions {
  /** Name of the driver that the error is about. */
  readonly driver?: string | undefined
  /** The error that led to this one. */
  readonly cause?: unknown
}

/**
 * An error of Testrig: `code` is stable and documented in docs/errors.md. The name holds it, too, as errors of Node.js
 * once did: it is what Vitest and its reporters show of an error beside the message.
 */
export class TestrigError extends Error {
  readonly code: string
  readonly driver: string | undefined

  constructor(code: string, message: string, options: TestrigErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = `TestrigError [${code}]`
    this.code = code
    this.driver = options.driver
    Error.captureStackTrace(this, new.target) // The stack begins with the name that there was when it was made.
  }
}
