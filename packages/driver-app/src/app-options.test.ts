import { context } from '@testrig/core'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { failure, rejection } from '../test/environments.ts'
import { App } from './app.ts'
import type { AppOptions } from './app-options.ts'
import { command, file, http, log, tcp } from './readiness.ts'

async function refused(options: Readonly<Record<string, unknown>>): Promise<string> {
  const { code, message } = await rejection(
    () => new App({ name: 'app', binary: 'true', ...options } as AppOptions<App>),
  )
  return `${code} ${message}`
}

describe('an option that cannot be', () => {
  test('is refused when the driver is made, with what was expected and what came', async () => {
    expect(await refused({ binary: undefined })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`binary\` must be a non-empty string, or a context value, but is undefined."`,
    )
    expect(await refused({ args: ['--port', {}] })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`args[1]\` must be a string or a number, or a context value, but is {}."`,
    )
    expect(await refused({ env: { HOME: ['/'] } })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`env.HOME\` must be a string, a number, a boolean or null, or a context value, but is [ '/' ]."`,
    )
    expect(await refused({ binaryStrategy: 'move' })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`binaryStrategy\` must be 'noop', 'link' or 'copy', but is 'move' (string)."`,
    )
    expect(await refused({ expectedExitCode: 256 })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`expectedExitCode\` must be an integer from 0 to 255, or a context value, but is 256 (number)."`,
    )
    expect(await refused({ stopSignal: 'TERM' })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`stopSignal\` must be the name of a signal, such as 'SIGTERM', but is 'TERM' (string)."`,
    )
    expect(await refused({ output: 'tty' })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`output\` must be 'direct', 'stdbuf' or 'pty', but is 'tty' (string)."`,
    )
    expect(await refused({ uid: 'nobody' })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`uid\` must be an integer of at least 0, or a context value, but is 'nobody' (string)."`,
    )
    expect(await refused({ shell: 'yes' })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`shell\` must be boolean, but is 'yes' (string)."`,
    )
    expect(await refused({ workingDir: '' })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`workingDir\` must be a non-empty string, or a context value, but is '' (string)."`,
    )
  })

  test.for(Object.keys(App.options))('%s is refused by its name', async (option) => {
    const message = await refused({ [option]: Symbol('wrong') })
    expect(message).toMatch(/^OPTION_INVALID App.*: option `.* must be .*, but is Symbol\(wrong\)/)
    expect(message).toContain(`option \`${option}\``)
  })

  test('is refused by name when there is none such, with the near miss', async () => {
    expect(await refused({ workdir: '/tmp' })).toMatchInlineSnapshot(
      `"OPTION_UNKNOWN App "app" has no option \`workdir\` (given '/tmp' (string)). Known: \`output\`, \`gid\`, \`uid\`, \`extracts\`, \`ports\`, \`readiness\`, \`stopSignal\`, \`waitForExit\`, \`expectedExitCode\`, \`workingDir\`, \`appDirName\`, \`logname\`, \`binaryStrategy\`, \`inheritEnv\`, \`env\`, \`shell\`, \`args\`, \`preArgs\`, \`binary\`, \`postStop\`, and 16 more."`,
    )
    expect(await refused({ stdoutRegexp: [/x/] })).toMatchInlineSnapshot(
      `"OPTION_UNKNOWN App "app" has no option \`stdoutRegexp\` (given [ /x/ ]). Did you mean \`stdoutRegexps\`?"`,
    )
  })

  test('names the port that is wrong', async () => {
    expect(await refused({ ports: { http: 65_536 } })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`ports.http\` must be 'auto' for a free port, 'discover' or a port from 1 to 65535, but is 65536 (number)."`,
    )
    expect(await refused({ ports: { http: 0 } })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`ports.http\` must be 'auto' for a free port, 'discover' or a port from 1 to 65535, but is 0 (number)."`,
    )
    expect(await refused({ ports: { http: 'discover', admin: 'discover' } })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`ports\` must be an object with at most one port to 'discover', as ports found could not be told apart, but is { http: 'discover', admin: 'discover' }."`,
    )
  })

  test('may not lead out of the directory of the driver', async () => {
    const expected =
      'OPTION_INVALID App "app": option `appDirName` must be the path of a directory below the runpath, or a context value, but is \'<given>\' (string).'
    for (const given of ['..', '../x', 'a/../../x', '/tmp'])
      expect(await refused({ appDirName: given })).toBe(expected.replace('<given>', given))
    expect(new App({ binary: 'true', appDirName: 'a/..b' }).options.appDirName).toBe('a/..b')
  })

  test('names the variable that cannot be', async () => {
    expect(await refused({ env: { 'A=B': 'x' } })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`env.A=B\` must be named by at least one character, none of them \`=\`, but is 'x' (string)."`,
    )
    expect(await refused({ env: { '': 'x' } })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`env.\` must be named by at least one character, none of them \`=\`, but is 'x' (string)."`,
    )
  })

  test('names the condition of readiness that is wrong', async () => {
    expect(await refused({ readiness: [file('')] })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`readiness[0].path\` must be a non-empty string, or a context value, but is '' (string)."`,
    )
    expect(await refused({ readiness: [http('localhost:80/health')] })).toContain('given a whole URL')
    expect(
      await refused({ readiness: [http('localhost/x', { port: 80 }), http('ftp://x', { port: 80 })] }),
    ).toContain('readiness[1]')
    expect(await refused({ readiness: [http('/health')] })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`readiness[0]\` must be given a whole URL, such as http://127.0.0.1:8080/health, or a path and a \`port\`, but is { kind: 'http', url: '/health' }."`,
    )
    expect(await refused({ readiness: ['ready'] })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`readiness[0]\` must be tcp(…), http(…), file(…), command(…), log(…), or a function that takes the driver, but is 'ready' (string)."`,
    )
    expect(await refused({ readiness: [tcp(65_536)] })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`readiness[0].port\` must be an integer from 1 to 65535, or a context value, but is 65536 (number)."`,
    )
    expect(await refused({ readiness: [http('/', { status: 99 })] })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`readiness[0].status\` must be an integer from 100 to 599, but is 99 (number)."`,
    )
    expect(await refused({ readiness: [log('(')] })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`readiness[0].pattern\` must be a RegExp or the source of one (Unterminated group), or a context value, but is '(' (string)."`,
    )
    expect(await refused({ readiness: [file('x', { mode: 1 } as never)] })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`readiness[0].mode\` must be left out, as the keys are kind, path, pattern, json, fresh, but is 1 (number)."`,
    )
    expect(await refused({ readiness: [command('true', [null as never])] })).toMatchInlineSnapshot(
      `"OPTION_INVALID App "app": option \`readiness[0].args[0]\` must be a string or a number, or a context value, but is null."`,
    )
  })
})

test('a context value is checked when it is resolved', async () => {
  const app = new App({ name: 'app', binary: 'true', args: [context('app', '{{ nothing }}')] })
  expect(await failure(app)).toMatchInlineSnapshot(
    `"App "app" failed to start (resolve): option \`args[0]\`: context('app', "{{ nothing }}"): \`nothing\` is neither an attribute of app nor in the initial context. Known: \`name\`, \`runpath\`, \`scratch\`, \`extracts\`, \`logpath\`, \`outpath\`, \`errpath\`, \`pid\`, \`exitCode\`, \`exitSignal\`, \`cmd\`, \`ports\`, \`appPath\`, \`logname\`, \`binpath\`, \`etcpath\`, \`context\`."`,
  )
})

test('names of extracts and ports are typed', () => {
  const app = new App({
    name: 'app',
    binary: 'true',
    extracts: ['host', 'token'],
    ports: { http: 'auto', admin: 8080 },
  })
  expectTypeOf(app.extracts).toEqualTypeOf<Readonly<Record<'host' | 'token', string>>>()
  expectTypeOf(app.ports).toEqualTypeOf<Readonly<Record<'http' | 'admin', number>>>()
  new App({ binary: 'true', ports: { http: 'auto' }, readiness: [(driver) => driver.ports.http > 0] })
  // @ts-expect-error There is no port of that name.
  new App({ binary: 'true', ports: { http: 'auto' }, readiness: [(driver) => driver.ports.https > 0] })
  // @ts-expect-error A signal has its full name.
  expect(() => new App({ binary: 'true', stopSignal: 'TERM' })).toThrow('stopSignal')
})
