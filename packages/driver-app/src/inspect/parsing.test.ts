import { expect, test } from 'vitest'
import { parseOpenFiles } from './lsof.ts'
import { parseAddress } from './socket-address.ts'

test('addresses of /proc are shown as people write them', () => {
  const shown = [
    '0100007F:1F90',
    '00000000:0016',
    '00000000000000000000000000000000:1F90',
    '00000000000000000000000001000000:1F90',
    '0000000000000000FFFF00000100007F:1F90',
    'B80D0120000000000000000001000000:0050',
  ].map(parseAddress)
  expect(shown).toEqual([
    { host: '127.0.0.1', port: 8080 },
    { host: '0.0.0.0', port: 22 },
    { host: '::', port: 8080 },
    { host: '::1', port: 8080 },
    { host: '127.0.0.1', port: 8080 },
    { host: '2001:db8::1', port: 80 },
  ])
})

test('of what lsof prints, files and named pipes are taken with how they are open', () => {
  const output = [
    'p1',
    ['fcwd', 'a ', 'tDIR', 'n/'],
    ['ftxt', 'a ', 'tREG', 'n/usr/bin/node'],
    ['f0', 'ar', 'tCHR', 'n/dev/null'],
    ['f1', 'aw', 'tREG', 'n/tmp/with space'],
    ['f3', 'ar', 'tFIFO', 'n/tmp/pipe'],
    ['f4', 'au', 'tREG', 'n/tmp/db'],
    ['f5', 'aw', 'tREG', 'n/tmp/gone (deleted)'],
    ['f6', 'au', 'tIPv4', 'nlocalhost:80'],
    ['f7', 'aw', 'tFIFO', 'npipe'],
    'p22',
    ['f0', 'ar', 'tREG', 'n/tmp/p1'],
  ]
  const files = parseOpenFiles(`${output.flat().join('\n')}\n`)
  expect(files.get(22)).toEqual([{ path: '/tmp/p1', reads: true, writes: false }])
  expect(files.get(1)).toEqual([
    { path: '/tmp/with space', reads: false, writes: true },
    { path: '/tmp/pipe', reads: true, writes: false },
    { path: '/tmp/db', reads: true, writes: true },
  ])
})
