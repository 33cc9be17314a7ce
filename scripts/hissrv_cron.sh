#!/bin/sh
# Samples live hashes and closes windows, for cron and Kubernetes, without HisSrv. See --help.
set -fu
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
# shellcheck source=scripts/redis-session.sh
. "$here/redis-session.sh"

help() {
  cat <<'END'
Usage: hissrv_cron.sh 1m|5m [--at SECONDS] [options]

1m  Samples the live hashes once a second until the minute in which it was started has ended, by the
    clock of Redis, and then closes that minute. Start it every minute: * * * * *. A start in the last
    five seconds of a minute is taken for a start of the next one, and also samples what is left.
5m  Closes the five minutes that have just ended, and before that the minutes in them that are still
    open. It samples nothing, so it needs 1m. Start it every five minutes: */5 * * * *

A minute or five minutes that an earlier run left open are closed too. What is closed is closed once,
by whoever is first: several runs at a time, also beside HisSrv, double no count.

--at SECONDS  works for a given time (epoch seconds) instead of now, without waiting. 1m takes a sample
              of the present values for every second of the minute that ended at or just before it,
              where that second has none, and closes that minute; 5m closes the five minutes that
              ended then.

Live hashes are those that match the globs in the field patterns of the Redis hash
hissrv:config:aggregation (blank separated; HisSrv writes it at its start), else comsrv:*:m and
modsrv:*:measurement.

END
  options_help
  cat <<'END'

It says in one line what it did; trouble goes to standard error.
Exit codes: 0 done, 1 failed, 2 wrong call.
END
}

SOURCES_PER_SAMPLE=10
POINTS_PER_SAMPLE=500
SOURCES_PER_CLOSE=5
LATE_START=55
PENDING='"archive:pending"'

level='' at='' now='' seconds='' micros='' mode=live
samples=0 refused=0 refusal='' closed=0

# Names of keys, as awk functions; a name is in quotes, as redis-cli writes and reads it.
KEYS='
  function inner(q) { return substr(q, 2, length(q) - 2) }
  function id(q) { return q ~ /^"comsrv:[0-9]+:m"$/ ? substr(q, 9, length(q) - 11) : inner(q) }
  function src(q) { return "\"hissrv:src:{" inner(q) "}\"" }
  function of(q, kind, level, start) { return "\"hissrv:" kind ":{" inner(q) "}:" level ":" start "\"" }
  function archive(q, level, start) { return "\"archive:" level ":" start ":" id(q) "\"" }
  function times(q) { return "\"" inner(q) ":ts\"" }
  function text(n) { return sprintf("%.0f", n) }
'

# The time of Redis: $seconds, $micros, and $now in ms.
read_time() {
  ask TIME || return 1
  {
    read -r seconds
    read -r micros
  } <"$dir/answer"
  seconds=${seconds#*\"} seconds=${seconds%\"}
  micros=${micros#*\"} micros=${micros%\"}
  case $seconds$micros in
    '' | *[!0-9]*)
      trouble=$first
      return 1
      ;;
  esac
  now=$((seconds * 1000 + micros / 1000))
}

# Appends the hashes whose names match a glob (in redis-cli's writing) to $dir/found.
find_hashes() {
  cursor=0
  while :; do
    ask "SCAN $cursor MATCH \"$1\" COUNT 1000 TYPE hash" || return 1
    {
      read -r cursor
      while read -r line; do
        case $line in *\"*) printf '"%s\n' "${line#*\"}" ;; esac
      done
    } <"$dir/answer" >>"$dir/found"
    cursor=${cursor#*\"} cursor=${cursor%\"}
    case $cursor in
      0) return 0 ;;
      '' | *[!0-9]*)
        trouble=$first
        return 1
        ;;
    esac
  done
}

# What HisSrv publishes. $patterns, and per level the coarser ones that are folded from it: each a
# name, seconds, and fold or keep.
read_settings() {
  ask 'HMGET hissrv:config:aggregation patterns levels coarser:1m coarser:5m day_offset' || return 1
  {
    read -r patterns
    read -r levels
    read -r coarser_1m
    read -r coarser_5m
    read -r day_offset
  } <"$dir/answer"
  case $first in '(error) '*)
    trouble="hissrv:config:aggregation can't be read: ${first#(error) }"
    return 1
    ;;
  esac
  patterns=$(setting "$patterns" 'comsrv:*:m modsrv:*:measurement')
  levels=$(setting "$levels" '1m 5m')
  case " $levels " in *' 5m '*) fives='5m 300 fold' ;; *) fives='' ;; esac
  coarser_1m=$(setting "$coarser_1m" "$fives")
  coarser_5m=$(setting "$coarser_5m" '')
  day_offset=$(setting "$day_offset" '')
}

setting() {
  case $1 in
    *\"*)
      value=${1#*\"}
      printf '%s\n' "${value%\"}"
      ;;
    *) printf '%s\n' "$2" ;;
  esac
}

# Looks for live hashes: $dir/live has for each its number of points and its name.
discover() {
  : >"$dir/found"
  for glob in $patterns; do
    find_hashes "$glob" || return 1
  done
  sort -u "$dir/found" | grep -v -e '^"hissrv:' -e '^"archive:' >"$dir/names"
  : >"$dir/live"
  while read -r name <&5; do
    ask "HLEN $name" || return 1
    case $first in '(integer) '*) printf '%s %s\n' "${first#(integer) }" "$name" >>"$dir/live" ;; esac
  done 5<"$dir/names"
}

# The calls that sample the minute that begins at $1: $dir/sampling has each one's keys.
prepare_sampling() {
  awk -v start="$1" -v pending="$PENDING" -v most="$SOURCES_PER_SAMPLE" -v points="$POINTS_PER_SAMPLE" "$KEYS"'
    function flush() { if (n) print 6 * n + 1, pending keys; n = 0; sum = 0; keys = "" }
    {
      q = substr($0, index($0, " ") + 1)
      if (n == most || sum + $1 > points) flush()
      n++; sum += $1
      keys = keys " " q " " src(q) " " of(q, "acc", "1m", start) " " of(q, "raw", "1m", start) " " archive(q, "1m", start) " " times(q)
    }
    END { flush() }' "$dir/live" >"$dir/sampling"
}

# Calls the script: keys, operation, mode, the arguments behind it. Loads it again where it is gone.
call_script() {
  ask "EVALSHA $sha $1 $2 $now 0 $3 $4" || return 1
  case $first in '(error) NOSCRIPT'*)
    load_script || return 1
    ask "EVALSHA $sha $1 $2 $now 0 $3 $4" || return 1
    ;;
  esac
  case $first in '(error) '*) refuse "${first#(error) }" ;; esac
}

refuse() {
  refused=$((refused + 1))
  refusal=$1
}

# One sample of every live hash at $now, in this mode.
sample() {
  while IFS= read -r keys <&5; do
    call_script "$keys" sample "$1" "1000 6" || return 1
    while IFS= read -r line; do
      case $line in
        '   '*) ;;
        *') (integer) 0') ;;
        *') (integer) '*) samples=$((samples + 1)) ;;
        *') 1) "soon"' | *') 1) "late"' | *') 1) "merged"') ;;
        *') 1) "'*) refuse "a live hash can't be sampled: ${line#*) 1) }" ;;
      esac
    done <"$dir/answer"
  done 5<"$dir/sampling"
}

# Which windows of a level have ended by then and are open: $dir/open has start and name of each.
find_open() {
  : >"$dir/found"
  : >"$dir/open"
  find_hashes 'hissrv:src:{*}' || return 1
  sort -u "$dir/found" >"$dir/names"
  while read -r name <&5; do
    ask "HKEYS $name" || return 1
    source=${name#\"hissrv:src:\{} source=\"${source%\}\"}\"
    while read -r line; do
      case $line in *\"open:"$1":[0-9]*\")
        start=${line#*\"open:"$1":} start=${start%\"}
        case $start in *[!0-9]*) continue ;; esac
        [ $((start + $2)) -gt "$3" ] || printf '%s %s\n' "$start" "$source"
        ;;
      esac
    done <"$dir/answer" >>"$dir/open"
  done 5<"$dir/names"
}

# The calls that close them, oldest first: $dir/closing has, on two lines each, keys and arguments.
prepare_closing() {
  sort -n "$dir/open" | awk -v level="$1" -v seconds="$2" -v coarser="$3" -v day="$day_offset" -v pending="$PENDING" \
    -v most="$SOURCES_PER_CLOSE" "$KEYS"'
    function flush() { if (n) { print width * n + 1, pending keys; print arguments }; n = 0; keys = "" }
    function begin(start, length_of,   from, left) {
      from = 0
      if (length_of >= 86400) from = (length_of % 604800 ? 0 : -259200) - day
      left = (start - from) % length_of
      return start - (left < 0 ? left + length_of : left)
    }
    BEGIN {
      many = split(coarser, part, " ") / 3
      inputs = level == "1m" ? 2 : 5
      width = 3 + inputs
      for (i = 1; i <= many; i++) if (part[3 * i] == "keep") width++
    }
    {
      start = $1
      q = substr($0, index($0, " ") + 1)
      if (n == most || start != last) flush()
      last = start
      n++
      keys = keys " " q " " src(q) " " archive(q, level, start)
      if (level == "1m") keys = keys " " of(q, "acc", level, start) " " of(q, "raw", level, start)
      else for (i = 0; i < 5; i++) keys = keys " " archive(q, "1m", text(start + 60 * i))
      arguments = start " " text(start + seconds) (level == "1m" ? " samples 2" : " archives 5")
      for (i = 1; i <= many; i++) {
        name = part[3 * i - 2]
        at = begin(start, part[3 * i - 1])
        arguments = arguments " " name " " text(at) " " text(at + part[3 * i - 1]) " " part[3 * i]
        if (part[3 * i] == "keep") keys = keys " " of(q, "acc", name, text(at))
      }
    }
    END { flush() }' >"$dir/closing"
}

# Closes a level's windows that have ended by then: level, seconds, end, coarser levels. Counts them.
close_windows() {
  closed=0
  if [ -z "$day_offset" ]; then
    set -- "$@" "$(echo "$4" | awk '{ for (i = 2; i < NF; i += 3) if ($i >= 86400) { print $(i - 1); exit } }')"
    [ -z "$5" ] ||
      fail "$1 windows are not closed: $5 is folded from them and follows days that change their length; let HisSrv close, or add a level such as 1h"
  fi
  find_open "$1" "$2" "$3" || return 1
  prepare_closing "$1" "$2" "$4"
  while IFS= read -r keys <&6 && IFS= read -r arguments <&6; do
    if [ -z "$at" ]; then
      read_time || return 1
    fi
    call_script "$keys" "aggregate_$1" "$mode" "$arguments" || return 1
    while IFS= read -r line; do
      case $line in
        [0-9]*') 1) (integer) 0') ;;
        [0-9]*') 1) (integer) '*) closed=$((closed + 1)) ;;
        [0-9]*') 1) "'*) refuse "a window can't be closed: ${line#*) 1) }" ;;
      esac
    done <"$dir/answer"
  done 6<"$dir/closing"
}

# Sleeps until the second of $micros is over.
sleep_out_the_second() {
  rest=$((2000000 - micros))
  case $rest in
    1*) sleep "0.${rest#1}" 2>/dev/null || sleep 1 ;;
    *) sleep 1 ;;
  esac
}

# One round of the second: a sample, unless this second has one, then the wait for the next.
sample_this_second() {
  read_time || return 1
  [ "$seconds" -lt "$finish" ] || return 0
  minute=$((seconds / 60 * 60))
  if [ "$minute" != "$prepared" ]; then
    prepare_sampling "$minute"
    prepared=$minute
  fi
  sampled=$seconds
  sample live || return 1
  read_time || return 1
  [ "$seconds" -gt "$sampled" ] || sleep_out_the_second
}

# Samples until the minute is over. Redis may be away meanwhile, but not at its end.
sample_live() {
  { read_time && read_settings && discover; } || fail "$(explained)"
  ends=$((seconds / 60 * 60 + 60))
  [ $((ends - seconds)) -gt $((60 - LATE_START)) ] || ends=$((ends + 60))
  finish=$ends prepared=''
  patience=$(($(date +%s) + finish - seconds))
  away=''
  until [ "$seconds" -ge "$finish" ]; do
    if sample_this_second; then
      away=''
      continue
    fi
    [ -n "$away" ] || echo "${0##*/}: $(explained); trying again" >&2
    away=1
    [ "$(date +%s)" -lt "$patience" ] || fail "$(explained); a later run closes what is open"
    close_session
    sleep 1
    open_session $((patience + 60 - $(date +%s)))
  done
}

sample_given() {
  { read_settings && discover; } || fail "$(explained)"
  prepare_sampling $((finish - 60))
  now=$(((finish - 60) * 1000))
  while [ "$now" -lt $((finish * 1000)) ]; do
    sample forward || fail "$(explained)"
    now=$((now + 1000))
  done
}

while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      help
      exit 0
      ;;
    --at)
      [ $# -ge 2 ] || wrong_call "--at needs a time"
      case $2 in
        '' | *[!0-9]* | ????????????*) wrong_call "--at takes epoch seconds, not $2" ;;
      esac
      at=$2 mode=replay
      shift 2
      ;;
    1m | 5m)
      [ -z "$level" ] || wrong_call "one level at a time: 1m or 5m"
      level=$1
      shift
      ;;
    -*)
      common_option "$@" || wrong_call "unknown option $1"
      shift "$used"
      ;;
    *) wrong_call "unknown level $1, there are 1m and 5m" ;;
  esac
done
[ -n "$level" ] || wrong_call "a level is needed, 1m or 5m"
check_call
# A minute, or two after a start just before one, and what closing takes.
open_session 180 || fail "$(explained)"
load_script || fail "$(explained)"

case $level in 1m) length=60 ;; *) length=300 ;; esac
if [ -n "$at" ]; then
  finish=$((at / length * length))
  if [ "$level" = 1m ]; then
    sample_given
  else
    read_settings || fail "$(explained)"
  fi
  now=$((finish * 1000))
elif [ "$level" = 1m ]; then
  sample_live
else
  { read_time && read_settings; } || fail "$(explained)"
  finish=$((seconds / 300 * 300))
fi
close_windows 1m 60 "$finish" "$coarser_1m" || fail "$(explained)"
[ "$level" = 1m ] || close_windows 5m 300 "$finish" "$coarser_5m" || fail "$(explained)"
echo "$level until $finish: $samples samples, $closed windows closed"
[ "$refused" -eq 0 ] || fail "refused $refused times, the last one: $refusal"
