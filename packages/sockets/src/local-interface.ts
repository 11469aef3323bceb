import { isIP } from 'node:net'
import { type Late, late, portNumber, type Schema, strictObject } from '@testrig/core'
import * as v from 'valibot'

/** The local end of a connection. */
export interface LocalInterface {
  /** An IP address of this machine. @default chosen by the system */
  readonly host?: Late<string> | undefined
  /** The local port, from 0 to 65535; 0 lets the system choose. @default 0 */
  readonly port?: Late<number> | undefined
}

const expected = 'an IP address of this machine'
const address = v.pipe(
  v.string(expected),
  v.check((given) => isIP(given) !== 0, expected),
) as unknown as Schema<string>

export const localInterfaceSchema: Schema<LocalInterface> = strictObject<LocalInterface>({
  host: v.optional(late(address)),
  port: v.optional(late(portNumber())),
})
