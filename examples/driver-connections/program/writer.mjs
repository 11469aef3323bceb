// Keeps a journal. Usage: writer.mjs FILE
import { openSync, writeSync } from 'node:fs'

const [path = 'journal'] = process.argv.slice(2)
const journal = openSync(path, 'a')
writeSync(journal, 'opened\n')
console.log('Journal is open')
setInterval(() => writeSync(journal, `${new Date().toISOString()}\n`), 1_000)
