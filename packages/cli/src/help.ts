export const HELP: string = `Usage: testrig <command> [options]

Commands:
  env <module>  start the environment of a module, and print its variables or run a command with them

  testrig <command> --help   tells more of a command
  testrig --version          prints the version
`

export const ENV_USAGE = 'testrig env <module> [options] [-- command…]'

export const ENV_HELP: string = `Usage: ${ENV_USAGE}

Starts the environment that is the default export of <module>, such as test/environment.ts. Node.js loads it, TypeScript
included. What the drivers publish is printed as variables, DRIVER_<NAME>_ATTR_<ATTRIBUTE>, once all are up; they stay up
until Ctrl-C, SIGTERM, SIGHUP, or the end of a piped standard input. With a command, the command gets the variables
instead, and all is stopped when it has ended.

Options:
  --format <format>   shell: export lines for eval and source (default); dotenv: for .env files; json: an object
  --only <names>      start these drivers, separated by commas, and all that they need
  -h, --help          show this

Exit codes:
  0    the environment was up and has been stopped
  1    a driver failed to start or to stop, or failed meanwhile
  2    the arguments make no sense
  130  Ctrl-C, 143 SIGTERM, 129 SIGHUP: before the environment was up, or a second time
  With a command, its own: 128 and the signal's number when a signal ended it, 127 when there is no such program,
  126 when it may not be run.
`
