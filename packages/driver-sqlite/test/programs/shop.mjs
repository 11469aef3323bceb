// An application under test: it sells what is in its database, one piece for each line that it reads.
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'

const database = new DatabaseSync(process.argv[2], { timeout: 5_000 })
const sell = database.prepare('UPDATE stock SET pieces = pieces - 1 WHERE item = ? AND pieces > 0')
console.log('Open')
for await (const item of createInterface({ input: process.stdin }))
  console.log(sell.run(item).changes === 1 ? `Sold ${item}` : `No ${item} left`)
