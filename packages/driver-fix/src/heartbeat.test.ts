import { running } from '@testrig/sockets/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loggedOn } from '../test/logged-on.ts'
import { RawPeer } from '../test/raw-peer.ts'
import { FixServer } from './fix-server.ts'
import { Heartbeat } from './heartbeat.ts'

/** A heartbeat that notes what it brings about; `until` waits for that. */
function noted(interval: number): { heartbeat: Heartbeat; until(event: string): Promise<readonly string[]> } {
  const events: string[] = []
  const wakers = new Set<() => void>()
  const note = (event: string) => () => {
    events.push(event)
    for (const wake of wakers) wake()
  }
  const heartbeat = new Heartbeat(interval, { beat: note('beat'), ask: note('ask'), lost: note('lost') })
  onTestFinished(() => heartbeat.stop())
  const until = async (event: string) => {
    while (!events.includes(event))
      await new Promise<void>((resolve) => {
        wakers.add(resolve)
      })
    return events
  }
  return { heartbeat, until }
}

describe('a heartbeat', () => {
  test('beats in each interval, asks after silence, and gives up after as much again', async () => {
    const { until } = noted(40)
    const events = await until('lost')
    expect(events.filter((event) => event !== 'beat')).toEqual(['ask', 'lost'])
    expect(events[0]).toBe('beat')
  })

  test('does not ask while something is heard, nor beat while something is sent', async () => {
    const { heartbeat, until } = noted(60)
    const timer = setInterval(() => {
      heartbeat.heard()
      heartbeat.sent()
    }, 5)
    const stop = setTimeout(() => clearInterval(timer), 300)
    onTestFinished(() => clearTimeout(stop))
    const start = performance.now()
    await Promise.race([until('beat'), until('ask')])
    expect(performance.now() - start).toBeGreaterThan(300)
  })

  test('what has arrived while this process was busy counts', async () => {
    const { server, client } = await loggedOn({}, { heartbeatInterval: 1_000 })
    const end = performance.now() + 2_600
    while (performance.now() < end); // Both are late by now.
    await client.testRequest()
    expect(server.activeConnections).toHaveLength(1)
    expect([...client.errors(), ...server.errors()]).toEqual([])
  })
})

describe('a session', () => {
  test('has heartbeats from both sides, over several intervals', async () => {
    const { server, client } = await loggedOn({}, { heartbeatInterval: 1_000 })
    for (let count = 0; count < 3; count += 1)
      await Promise.all([client.expect({ 35: '0' }), server.expect({ 35: '0' })])
    expect([...client.errors(), ...server.errors()]).toEqual([])
  })

  test('ends when the peer says nothing, not even when it is asked', async () => {
    const server = await running(new FixServer({ name: 'server' }))
    const peer = await RawPeer.connect(server)
    await peer.logon('34=1|98=0|108=1')
    const ended = server.receive().catch((error) => error)
    const seen: string[] = []
    for (let next = await peer.next(); next !== 'end'; next = await peer.next())
      seen.push(next.replace(/34=\d+/, '34=N'))
    expect(seen).toContain('35=1|34=N|112=testrig-1')
    expect(seen).toContain('35=0|34=N')
    expect((await ended).message).toMatchInlineSnapshot(
      `"FixServer "server": connection SERVER ↔ CLIENT: the session is over: the peer sent nothing in the time of HeartBtInt (108), nor answered a TestRequest."`,
    )
  })

  test('goes on when the peer answers', async () => {
    const server = await running(new FixServer({ name: 'server', logoffAtStop: false }))
    const peer = await RawPeer.connect(server)
    await peer.logon('34=1|98=0|108=1')
    let number = 1
    for (let answered = 0; answered < 2; ) {
      const next = await peer.next()
      expect(next).not.toBe('end')
      if (!next.startsWith('35=1')) continue
      answered += 1
      number += 1
      peer.send(`35=0|34=${number}|${next.split('|').at(-1)}`)
    }
    await expect.poll(() => server.sequenceNumbers().incoming).toBe(4)
    expect(server.activeConnections).toHaveLength(1)
  })
})
