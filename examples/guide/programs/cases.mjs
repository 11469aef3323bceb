// Lists its cases with --list; runs those that --case names, or all, and reports in TAP.
import { parseArgs } from 'node:util'

const CASES = { 'has a host': 'DRIVER_MY_SERVER_ATTR_HOST', 'has a port': 'DRIVER_MY_SERVER_ATTR_PORT' }

const { list, case: chosen = Object.keys(CASES) } = parseArgs({
  options: { list: { type: 'boolean' }, case: { type: 'string', multiple: true } },
}).values

if (list) console.log(Object.keys(CASES).join('\n'))
else {
  console.log(`TAP version 14\n1..${chosen.length}`)
  for (const name of chosen) console.log(`${process.env[CASES[name]] ? 'ok' : 'not ok'} - ${name}`)
}
