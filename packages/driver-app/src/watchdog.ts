import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { sharedState } from '@testrig/core'
import { hasProcFs } from './process-table.ts'

/** Variable that marks every process which this owner has started, also those that leave their process group. */
export const OWNER_MARK = 'TESTRIG_OWNER'
/** Variable that marks every process of one driver. */
export const DRIVER_MARK = 'TESTRIG_DRIVER'

interface Watched {
  readonly signal: NodeJS.Signals
  readonly timeout: number
}

/**
 * Reads `add PID SIGNAL MS` and `del PID` until the pipe ends, which means that the owner has died, however it died:
 * then asks every process group to stop, and kills what is left when its time is over. Processes that left their group
 * are found by their mark where /proc shows it.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM PIPE
pids=
while read -r op pid signal time; do
  others=
  for each in $pids; do [ "$each" = "$pid" ] || others="$others $each"; done
  pids=$others
  if [ "$op" = add ]; then pids="$pids $pid"; eval "signal_$pid=$signal time_$pid=$time"; fi
done
marked() {
  [ -d /proc/self ] || return
  grep -lzxs "${OWNER_MARK}=$1" /proc/[0-9]*/environ | while IFS=/ read -r _ _ id _; do echo "$id"; done
}
end() {
  kill -s "$2" -- "-$1"; kill -s CONT -- "-$1"
  left=$3
  while [ "$left" -gt 0 ] && kill -s 0 -- "-$1"; do sleep 0.05; left=$((left - 50)); done
  kill -s KILL -- "-$1"
}
longest=500
for pid in $pids; do
  eval "signal=\\$signal_$pid time=\\$time_$pid"
  [ "$time" -gt "$longest" ] && longest=$time
  end "$pid" "$signal" "$time" &
done
for id in $(marked "$1"); do
  read -r stat < "/proc/$id/stat" || continue
  set -- "$1" \${stat##*) }
  case " $pids " in *" $4 "*) ;; *) kill -s TERM "$id" ;; esac
done
wait
left=500
while [ -n "$(marked "$1")" ]; do
  [ "$left" -le 0 ] && kill -s KILL $(marked "$1")
  left=$((left - 50))
  [ "$left" -lt -500 ] && break
  sleep 0.05
done
`

class Watchdog {
  readonly token: string = randomBytes(9).toString('hex')
  readonly #watched = new Map<number, Watched>()
  #child: ChildProcess | undefined
  #lines: string[] = []

  /** Has the process group ended when this process dies. */
  add(pid: number, watched: Watched): void {
    this.#watched.set(pid, watched)
    if (this.#child === undefined) this.#spawn()
    else this.#tell(`add ${pid} ${watched.signal.slice(3)} ${Math.ceil(watched.timeout)}`)
  }

  /** Forgets a process group that has ended. */
  remove(pid: number): void {
    if (this.#watched.delete(pid)) this.#tell(`del ${pid}`)
  }

  /** Writes to the pipe once for all that one turn of the event loop has to tell; the marks cover who dies in between. */
  #tell(line: string): void {
    if (this.#lines.length === 0) setImmediate(() => this.#flush())
    this.#lines.push(line)
    if (!hasProcFs) this.#flush()
  }

  #flush(): void {
    if (this.#lines.length > 0) this.#child?.stdin?.write(`${this.#lines.join('\n')}\n`)
    this.#lines = []
  }

  #spawn(): void {
    const child = spawn('/bin/sh', ['-c', SCRIPT, 'testrig-watchdog', this.token], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
      env: { PATH: process.env.PATH },
    })
    this.#child = child
    child.on('error', () => {})
    child.stdin.on('error', () => {})
    child.on('exit', () => {
      this.#child = undefined
      if (this.#watched.size > 0) this.#spawn()
    })
    child.unref()
    ;(child.stdin as unknown as { unref(): void }).unref()
    this.#lines = [...this.#watched].map(
      ([pid, { signal, timeout }]) => `add ${pid} ${signal.slice(3)} ${Math.ceil(timeout)}`,
    )
    this.#flush()
  }
}

/** The one watchdog of this thread. */
export const watchdog: Watchdog = sharedState('watchdog', () => new Watchdog())
