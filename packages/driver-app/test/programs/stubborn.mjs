// Says "ready" and ignores the signals that ask it to end.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
  process.on(signal, () => console.log(`ignored ${signal}`))
console.log('ready')
setInterval(() => {}, 60_000)
