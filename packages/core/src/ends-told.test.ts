import { expect, test } from 'vitest'
import { Recorder } from '../test/fixtures/recorder.ts'
import { endsTold } from './ends-told.ts'
import { environment } from './environment-definition.ts'

/** A driver of something that can end, and of whose end it hears later. */
class Late extends Recorder {
  #told: Promise<void> | undefined

  end(tell = () => this.fail(new Error('it has ended'))): void {
    this.#told = (async () => {
      await undefined
      tell()
    })()
  }

  protected override endTold(): Promise<void> | undefined {
    return this.#told
  }
}

function late() {
  const driver = new Late({ name: 'app' })
  const group = environment([driver]).create()
  const heard: string[] = []
  group.onDriverFailure((name, { message }) => heard.push(`${name}: ${message}`))
  return { driver, group, heard }
}

test('an end that came before a stop is a failure, also if it is told only now', async () => {
  const { driver, group, heard } = late()
  await group.start()
  driver.end()
  await group.stop()
  expect(heard).toEqual(['app: it has ended'])
  expect(driver.state).toBe('stopped')
})

test('ends that have come are waited for, of drivers that are up', async () => {
  const { driver, group, heard } = late()
  driver.end()
  await endsTold([driver])
  await group.start()
  expect(heard).toEqual([])
  driver.end()
  await endsTold([driver])
  expect(heard).toEqual(['app: it has ended'])
  await group.stop()
})

test('an end that cannot be told keeps nothing from being stopped', async () => {
  const { driver, group, heard } = late()
  await group.start()
  driver.end(() => {
    throw new Error('it cannot be told')
  })
  await endsTold([driver])
  await group.stop()
  expect([heard, driver.state]).toEqual([[], 'stopped'])
})
