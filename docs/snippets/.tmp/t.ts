import { environment } from '@testrig/core'
import { App, http } from '@testrig/driver-app'
const program = `${import.meta.dirname}/../server.js`
for (const options of [{ args: [program], stdoutRegexps: [/Listens on (?<port>\d+)/] }, { args: [program], ports: { http: 'auto' }, readiness: [http('/health', { port: 'http' })] }]) {
  const t = Date.now()
  await environment().add('app', () => new App({ binary: process.execPath, startTimeout: 400, ...options } as never)).start().catch((e) => console.log(e.message))
  console.log(Date.now() - t)
}
