// Follows a journal. Usage: reader.mjs FILE
import { openSync, readSync, watch } from 'node:fs'

const [path = 'journal'] = process.argv.slice(2)
const journal = openSync(path, 'r')
const bytes = Buffer.alloc(64 * 1024)
let lines = 0

function read() {
  for (let size = readSync(journal, bytes); size > 0; size = readSync(journal, bytes))
    lines += bytes.subarray(0, size).filter((byte) => byte === 10).length
}

read()
console.log(`Journal is followed: ${lines} lines`)
watch(path, read)
