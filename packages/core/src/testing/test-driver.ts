import { describe, expect, test } from 'vitest'
import { attributes } from '../attributes.ts'
import type { Driver } from '../driver.ts'
import type { DriverOptions } from '../driver-options.ts'
import type { Environment } from '../environment.ts'
import { environment } from '../environment-definition.ts'
import { poll } from '../poll.ts'

/** Tells whether what the driver drives is up; it is also asked when the driver is down. */
export type Probe = () => boolean | Promise<boolean>

export interface DriverConformance<D extends Driver> {
  /** Makes a driver with these options added to its own. */
  // biome-ignore lint/suspicious/noExplicitAny: the class is inferred from what this returns, so its hooks have no type yet.
  create(options: DriverOptions<any>): D
  /** Called when the driver is up, with its attributes at hand: gives what tells whether it is. */
  probe(driver: D): Probe
  /** Options that the driver must refuse when it is made, each with all others at their defaults. */
  readonly badOptions: readonly Readonly<Record<string, unknown>>[]
  /** Makes the driver from options of any kind, to show that it refuses them. */
  // biome-ignore lint/suspicious/noExplicitAny: wrong options are the point; a constructor takes any only from `any`.
  createAny(options: any): Driver
  /** Drivers that must be up before this one, such as the server of a client. @default none */
  companions?(): readonly Driver[]
  /** Longest time for one test, in milliseconds. @default 60000 */
  readonly timeout?: number
}

const LIMIT = 60_000
const NAME = 'conforming'

/** Registers the tests that every driver must pass, for a driver of yours too. */
export function testDriver<D extends Driver>(name: string, conformance: DriverConformance<D>): void {
  describe(`${name} conforms to the driver contract`, { timeout: conformance.timeout ?? LIMIT }, () => {
    lifecycleTests(conformance)
    failureTests(conformance)
    optionTests(conformance)
  })
}

function lifecycleTests<D extends Driver>(conformance: DriverConformance<D>): void {
  test('it is up once started and down once stopped', async () => {
    const { driver, group } = await started(conformance)
    const probe = conformance.probe(driver)
    expect(driver.state).toBe('started')
    expect(await probe(), 'the probe of a started driver').toBe(true)
    await group.stop()
    expect(driver.state).toBe('stopped')
    await poll(async () => !(await probe()), AbortSignal.timeout(1_000))
  })

  test('start and stop may be called again, and at the same time', async () => {
    const { driver, group } = await started(conformance)
    await Promise.all([driver.start(), driver.start()])
    expect(driver.state).toBe('started')
    await Promise.all([driver.stop(), driver.stop()])
    await driver.stop()
    expect(driver.state).toBe('stopped')
    await group.stop()
  })

  test('it can be restarted', async () => {
    const { driver, group } = await started(conformance)
    await driver.restart()
    expect(await conformance.probe(driver)()).toBe(true)
    await group.stop()
  })

  test('it runs beside a copy of itself', async () => {
    const [first, second] = await Promise.all([started(conformance), started(conformance)])
    const probes = [conformance.probe(first.driver), conformance.probe(second.driver)]
    expect(await Promise.all(probes.map((probe) => probe()))).toEqual([true, true])
    await first.group.stop()
    expect(await probes[1]?.(), 'the copy, when the first has stopped').toBe(true)
    await second.group.stop()
  })

  test('its attributes survive JSON', async () => {
    const { driver, group } = await started(conformance)
    const published = attributes(driver)
    expect(Object.keys(published)).toContain('name')
    expect(JSON.parse(JSON.stringify(published))).toEqual(published)
    await group.stop()
  })
}

function failureTests<D extends Driver>(conformance: DriverConformance<D>): void {
  test('a start that fails at its end leaves nothing behind', async () => {
    let probe: Probe | undefined
    const postStart = (driver: D) => {
      probe = conformance.probe(driver)
      throw new Error('refused by the test')
    }
    const { driver, group } = prepared(conformance, { postStart })
    await expect(group.start()).rejects.toThrow('refused by the test')
    expect(driver.state).toBe('failed')
    const down = async () => probe !== undefined && !(await probe())
    await poll(down, AbortSignal.timeout(1_000))
  })

  test('it can start again after a start that failed', async () => {
    let refuse = true
    const postStart = () => {
      if (refuse) throw new Error('refused by the test')
    }
    const { driver, group } = prepared(conformance, { postStart })
    await expect(group.start()).rejects.toThrow('refused by the test')
    refuse = false
    await group.start()
    expect(await conformance.probe(driver)()).toBe(true)
    await group.stop()
  })

  test('stop during a start ends it', async () => {
    const { driver, group } = prepared(conformance, {})
    const starting = group.start({ keepGoing: true })
    await poll(() => driver.state !== 'idle', AbortSignal.timeout(conformance.timeout ?? LIMIT))
    await driver.stop()
    await starting
    expect(['stopped', 'failed']).toContain(driver.state)
    await group.stop()
  })
}

function optionTests<D extends Driver>(conformance: DriverConformance<D>): void {
  test('an unknown option is refused by name', () => {
    expect(() => conformance.createAny({ unknownOption: 1 })).toThrow(/unknownOption/)
  })

  test.for(
    conformance.badOptions.map((options) => ({ options, shown: JSON.stringify(options) ?? String(options) })),
  )('the option $shown is refused by name when the driver is made', ({ options }) => {
    const [name] = Object.keys(options)
    expect(() => conformance.createAny(options)).toThrow(new RegExp(name as string))
  })

  test.for(['startTimeout', 'stopTimeout', 'installFiles', 'stdoutRegexps', 'autoStart', 'postStart'])(
    'a value of the wrong type for %s is refused by name',
    (name) => {
      expect(() => conformance.createAny({ [name]: Symbol('wrong') })).toThrow(new RegExp(name))
    },
  )
}

function prepared<D extends Driver>(
  conformance: DriverConformance<D>,
  options: DriverOptions<D>,
): { driver: D; group: Environment } {
  const driver = conformance.create({ name: NAME, ...options })
  return {
    driver,
    group: environment([...(conformance.companions?.() ?? []), driver], { keepRunpath: 'never' }).create(),
  }
}

async function started<D extends Driver>(
  conformance: DriverConformance<D>,
): Promise<{ driver: D; group: Environment }> {
  const { driver, group } = prepared(conformance, {})
  await group.start()
  return { driver, group }
}
