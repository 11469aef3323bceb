// Says "ready"; ends some milliseconds after the first SIGTERM or SIGINT, and at once after the second.
let asked = 0
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    asked += 1
    console.log(`asked ${asked} ${signal}`)
    if (asked > 1) process.exit(9)
    setTimeout(() => {
      console.log('flushed')
      process.exit(0)
    }, Number(process.argv[2]))
  })
}
console.log('ready')
setInterval(() => {}, 60_000)
