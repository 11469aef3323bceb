import { App } from '@testrig/driver-app'

// #region driver
/** The converter as a driver: App starts the program, this class publishes the address that the program logs. */
export class ConverterApp extends App<'listen_address'> {
  host: string | undefined
  port: number | undefined

  protected override async postStart(): Promise<void> {
    await super.postStart()
    // The environment sets logRegexps: [/Listener on: (?<listen_address>.*)/]
    // and the program logs a line such as "Listener on: 127.0.0.1:10000":
    // so the host is '127.0.0.1' and the port is 10000.
    const [host, port] = this.extracts.listen_address.split(':')
    this.host = host
    this.port = Number(port)
  }
}
// #endregion driver
