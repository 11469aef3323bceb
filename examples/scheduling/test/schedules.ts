// One environment, declared in each of the ways that there are: `app` needs `service` and `audit`, `client` needs `app`.
//
//   client ──▶ app ──▶ service
//               └────▶ audit
import { context, environment, interpolate } from '@testrig/core'
import { ServerApp } from './server-app.ts'

// #region drivers
function drivers() {
  const service = new ServerApp({ name: 'service' })
  const audit = new ServerApp({ name: 'audit' })
  const app = new ServerApp({
    name: 'app',
    upstreams: [context('service', '{{ host }}:{{ port }}'), context('audit', '{{ host }}:{{ port }}')],
  })
  const client = new ServerApp({ name: 'client', upstreams: [context('app', '{{ host }}:{{ port }}')] })
  return { service, audit, app, client }
}
// #endregion drivers

// #region sequential
/** First way: a list. Each driver starts when the one before it is up. */
export const sequential = environment(() => {
  const { service, audit, app, client } = drivers()
  return [service, audit, app, client]
})
// #endregion sequential

// #region async-start
/** Second way: a list with `asyncStart`. The drivers after `service` do not wait for it, but for what they use of it. */
export const asyncStart = environment(() => {
  const { audit, app, client } = drivers()
  const service = new ServerApp({ name: 'service', asyncStart: true })
  return [service, audit, app, client]
})
// #endregion async-start

// #region dependencies
/** Third way: `dependencies`. The left side is up before the right side starts; the order of the list is ignored. */
export const dependencies = environment(
  () => {
    const { service, audit, app, client } = drivers()
    return [client, app, audit, service]
  },
  {
    dependencies: [
      [['service', 'audit'], 'app'],
      ['app', 'client'],
    ],
  },
)
// #endregion dependencies

// #region map
/** The same with a Map of drivers, as in the documentation of Testplan. */
export const map = (() => {
  const { service, audit, app, client } = drivers()
  return environment([client, app, audit, service], {
    dependencies: new Map([
      [service, app],
      [audit, app],
      [app, client],
    ]),
  })
})()
// #endregion map

// #region inferred
/** Nothing said twice: the context values tell who needs whom. */
export const inferred = environment(
  () => {
    const { service, audit, app, client } = drivers()
    return [client, app, audit, service]
  },
  { dependencies: 'inferred' },
)
// #endregion inferred

// #region builder
/** The same as a builder: dependencies are inferred, and a misspelt driver or attribute is a compile error. */
export const builder = environment()
  .add('service', () => new ServerApp())
  .add('audit', () => new ServerApp())
  .add('app', ({ service, audit }) => {
    const upstreams = [service, audit].map(({ host, port }) => interpolate`${host}:${port}`)
    return new ServerApp({ upstreams })
  })
  .add('client', ({ app }) => new ServerApp({ upstreams: [interpolate`${app.host}:${app.port}`] }))
// #endregion builder
