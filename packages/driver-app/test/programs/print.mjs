// Prints its arguments, directory and variables as JSON, and waits.
console.log(`ready ${JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), env: process.env })}`)
setInterval(() => {}, 60_000)
