// Owns programs that are hard to end until it is killed. With --nested, one of them is an owner, too.
import { App } from '../../src/index.ts'
import { startAwkwardPrograms } from '../awkward-programs.ts'

const nested = () =>
  new App({
    name: 'nested',
    binary: process.execPath,
    args: [import.meta.filename],
    stdoutRegexps: [/started/],
  })
await startAwkwardPrograms(process.argv.includes('--nested') ? [nested()] : [])
setInterval(() => {}, 60_000)
