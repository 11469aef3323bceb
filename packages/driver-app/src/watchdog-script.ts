/**
 * What the watchdog runs, with the owner's mark as its argument. It reads `watch DRIVER SIGNAL MS TOKEN`, `group DRIVER PID`
 * and `end DRIVER` until the pipe ends, which means that the owner has died. Then it asks every process group that is
 * left, and every process that left its group but carries the mark or holds the token, to end; it kills them when the driver's time is
 * over. It looks again until nothing was found twice, for a process that forks can escape one look; once is enough when
 * the owner has ended all its programs itself.
 *
 * A child between fork and exec does not show its mark yet, but holds the pipe open until it does.
 */
export const WATCHDOG_SCRIPT = `
trap '' HUP INT QUIT TERM PIPE
mark=$1 drivers= longest=0
while read -r what driver first second token; do
  case $what in
  watch)
    drivers="$drivers $driver"
    eval "signal_$driver=$first time_$driver=$second token_$driver=\\$token group_$driver="
    [ "$second" -gt "$longest" ] && longest=$second ;;
  group) eval "group_$driver=$first" ;;
  end)
    others=
    for each in $drivers; do [ "$each" = "$driver" ] || others="$others $each"; done
    drivers=$others ;;
  esac
done

left_groups() {
  for driver in $drivers; do
    eval "group=\\$group_$driver"
    [ -n "$group" ] && kill -s 0 -- "-$group" && echo "-$group:$driver"
  done
}

marked() {
  [ -d /proc/self ] || return
  grep -aoszH "$mark:[0-9]*" /proc/[0-9]*/environ | tr '\\0' '\\n' | while IFS=/: read -r _ _ pid _ _ driver; do
    stray "$pid" "$driver"
  done
}

holding() {
  for held in /proc/[0-9]*/fd/9; do
    for driver in $drivers; do
      eval "token=\\$token_$driver"
      pid=\${held#/proc/}
      [ "$held" -ef "$token" ] && stray "\${pid%%/*}" "$driver"
    done
  done
}

stray() {
  read -r stat < "/proc/$1/stat" || return
  stray=$1:$2
  set -- \${stat##*) }
  case " $groups " in *" -$3:"*) ;; *) [ "$1" = Z ] || echo "$stray" ;; esac
}

now=0
look_at_clock() {
  if read -r uptime _ < /proc/uptime; then now=\${uptime%.*}\${uptime#*.}0; else now=$((now + 50)); fi
}

look_at_clock
began=$now asked=' ' nothing=0
[ -n "$drivers" ] || nothing=1
while [ "$nothing" -lt 2 ]; do
  look_at_clock
  groups=$(left_groups)
  groups=$(echo $groups)
  left=$(echo $groups $(marked) $(holding))
  [ -n "$left" ] && nothing=0 || nothing=$((nothing + 1))
  for each in $left; do
    target=\${each%:*} driver=\${each#*:}
    eval "signal=\\\${signal_$driver:-TERM} time=\\\${time_$driver:-500}"
    case $asked in
    *" $target "*) ;;
    *) asked="$asked$target "; kill -s "$signal" -- "$target"; kill -s CONT -- "$target" ;;
    esac
    [ $((now - began)) -ge "$time" ] && kill -s KILL -- "$target"
  done
  [ $((now - began)) -gt $((longest + 5000)) ] && break
  [ "$nothing" -lt 2 ] && sleep 0.05
done
`
