export const HELP: string = `Usage: testrig <command> [options]

Commands:
  env <module>     start the environment of a module, and print its variables or run a command with them
  graph <module>   print which drivers of an environment need which, without a start
  report <files…>  make one report of the driver info of several runs
  test             run Vitest, with driver info if asked

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
  --driver-info[=<directory>]
                      write a report of how the drivers were connected, what they logged, and what the start took its
                      time for, when all is stopped; to .testrig/driver-info unless a directory is given
  -h, --help          show this

Exit codes:
  0    the environment was up and has been stopped
  1    a driver failed to start or to stop, or failed meanwhile
  2    the arguments make no sense
  130  Ctrl-C, 143 SIGTERM, 129 SIGHUP: before the environment was up, or a second time
  With a command, its own: 128 and the signal's number when a signal ended it, 127 when there is no such program,
  126 when it may not be run.
`

export const GRAPH_USAGE = 'testrig graph <module> [options]'

export const GRAPH_HELP: string = `Usage: ${GRAPH_USAGE}

Prints which drivers of the environment in <module> need which, and what says so. Nothing starts.

Options:
  --format <format>   mermaid: a flow chart (default); json: { drivers, edges }
  -h, --help          show this

Exit codes: 0; 1 when the module or its dependencies are wrong, such as a cycle; 2 when the arguments make no sense.
`

export const REPORT_USAGE = 'testrig report <files…> --out <directory>'

export const REPORT_HELP: string = `Usage: ${REPORT_USAGE}

Makes one report of the files report.json that several runs have written, such as those of the machines of a CI. Shards of
one run need it not: vitest --merge-reports writes their report.

Options:
  --out <directory>   where index.html, report.json and report.mmd are written
  -h, --help          show this

Exit codes: 0; 1 when a file is no report or the report cannot be written; 2 when the arguments make no sense.
`

const TEST_USAGE = 'testrig test [--driver-info[=<directory>]] [Vitest arguments…]'

export const TEST_HELP: string = `Usage: ${TEST_USAGE}

Runs the Vitest of this project. All other arguments are Vitest's, which npx vitest --help tells.

Options:
  --driver-info[=<directory>]   record how drivers are connected, when they started and what they logged, and write the
                                report to the directory (.testrig/driver-info unless configured); the plugin
                                testrig() must be in vitest.config.ts
  -h, --help                    show this

The exit code is Vitest's; 1 when Vitest is not installed.
`
