# Sourced by init_scripts.sh and hissrv_cron.sh: one redis-cli for a whole run, fed line by line
# through a pipe and answering through another. POSIX sh; runs on dash and busybox.
# shellcheck shell=sh

# The folder of the script that sources this.
: "${here:?}"
host=${HISSRV_REDIS_HOST:-127.0.0.1}
port=${HISSRV_REDIS_PORT:-6379}
db=${HISSRV_REDIS_DB:-0}
user=${HISSRV_REDIS_USER:-}
tls=${HISSRV_REDIS_TLS:-}
cacert=${HISSRV_REDIS_CACERT:-}
cert=${HISSRV_REDIS_CERT:-}
key=${HISSRV_REDIS_KEY:-}
script=${HISSRV_SCRIPT:-}
# What several lines of redis-cli look like must not depend on where we are.
LC_ALL=C
export LC_ALL
if [ -n "${HISSRV_REDIS_PASSWORD:-}" ]; then
  REDISCLI_AUTH=$HISSRV_REDIS_PASSWORD
  export REDISCLI_AUTH
fi

dir='' cli_pid='' watchdog_pid='' trouble='' asked=0 first='' used=0 sha=''

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

wrong_call() {
  echo "${0##*/}: $*; see ${0##*/} --help" >&2
  exit 2
}

options_help() {
  cat <<'END'
Where Redis is:
  --host HOST      or HISSRV_REDIS_HOST; 127.0.0.1
  --port PORT      or HISSRV_REDIS_PORT; 6379
  --db NUMBER      or HISSRV_REDIS_DB; 0
  --user NAME      or HISSRV_REDIS_USER, for Redis with ACLs
  --tls            or HISSRV_REDIS_TLS=1
  --cacert FILE --cert FILE --key FILE
                   or HISSRV_REDIS_CACERT, HISSRV_REDIS_CERT, HISSRV_REDIS_KEY
The password comes from the environment only, where `ps` does not show it: HISSRV_REDIS_PASSWORD, or
redis-cli's own REDISCLI_AUTH.
  --script FILE    aggregate.lua, or HISSRV_SCRIPT; else the one beside this script, else the one of
                   the source tree that this script is in
END
}

# shellcheck disable=SC2034 # used is read by who sources this
# Takes an option that both scripts have and sets $used to its number of words; fails if it is none.
common_option() {
  used=2
  case $1 in
    --tls)
      tls=1
      used=1
      return 0
      ;;
    --host | --port | --db | --user | --cacert | --cert | --key | --script) ;;
    *) return 1 ;;
  esac
  [ -n "${2:-}" ] || wrong_call "$1 needs a value"
  case $1 in
    --host) host=$2 ;;
    --port) port=$2 ;;
    --db) db=$2 ;;
    --user) user=$2 ;;
    --cacert) cacert=$2 ;;
    --cert) cert=$2 ;;
    --key) key=$2 ;;
    --script) script=$2 ;;
  esac
}

check_call() {
  case $port in '' | *[!0-9]*) wrong_call "the port must be a number, not $port" ;; esac
  case $db in '' | *[!0-9]*) wrong_call "the database must be a number, not $db" ;; esac
  if [ -z "$script" ]; then
    script=$here/aggregate.lua
    [ -f "$script" ] || script=$here/../src/main/resources/lua/aggregate.lua
  fi
  [ -r "$script" ] || wrong_call "can't read the script $script; --script FILE says where aggregate.lua is"
  command -v redis-cli >/dev/null 2>&1 || fail "redis-cli is missing; install it (Debian: redis-tools, Alpine: redis)"
}

run_redis_cli() {
  set -- redis-cli --no-raw -h "$host" -p "$port"
  [ "$db" -eq 0 ] || set -- "$@" -n "$db"
  [ -z "$user" ] || set -- "$@" --user "$user"
  [ -z "$tls" ] || set -- "$@" --tls
  [ -z "$cacert" ] || set -- "$@" --cacert "$cacert"
  [ -z "$cert" ] || set -- "$@" --cert "$cert"
  [ -z "$key" ] || set -- "$@" --key "$key"
  exec "$@"
}

# Connects, for so many seconds at most: a server that hangs must not make runs pile up. Fails, with
# $trouble.
open_session() {
  trap '' PIPE
  if [ -z "$dir" ]; then
    dir=$(mktemp -d "${TMPDIR:-/tmp}/hissrv.XXXXXX") || fail "can't make a folder in ${TMPDIR:-/tmp}"
    trap close_for_good EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
  fi
  rm -f "$dir/in" "$dir/out"
  mkfifo "$dir/in" "$dir/out" || fail "can't make a pipe in $dir"
  (run_redis_cli) <"$dir/in" >"$dir/out" 2>&1 &
  cli_pid=$!
  exec 3>"$dir/in" 4<"$dir/out"
  watch 10
  ask PING || return 1
  [ "$first" = PONG ] || {
    trouble=$first
    return 1
  }
  kill "$watchdog_pid" 2>/dev/null
  wait "$watchdog_pid" 2>/dev/null
  watch "$1"
}

# Ends redis-cli after so many seconds, and with it the wait for its answer.
watch() {
  (
    nap=''
    trap 'kill $nap; exit' TERM
    sleep "$1" &
    nap=$!
    wait "$nap" && kill "$cli_pid"
  ) 3>&- 4<&- </dev/null >/dev/null 2>&1 &
  watchdog_pid=$!
}

close_session() {
  [ -n "$cli_pid" ] || return 0
  exec 3>&- 4<&-
  kill "$watchdog_pid" "$cli_pid" 2>/dev/null
  wait "$watchdog_pid" "$cli_pid" 2>/dev/null
  cli_pid=''
}

close_for_good() {
  close_session
  rm -rf "$dir"
}

# Asks Redis one command, written as redis-cli reads it. The answer, as redis-cli shows it, is in the
# file $dir/answer, its first line in $first. Fails, with $trouble, when there is no way to Redis; an
# answer that is an error is an answer.
ask() {
  asked=$((asked + 1))
  first='' trouble='does not answer'
  printf '%s\nECHO answered-%s\n' "$1" "$asked" 2>/dev/null >&3 || return 1
  : >"$dir/answer"
  while IFS= read -r line <&4; do
    case $line in
      "\"answered-$asked\"") return 0 ;;
      '' | '('[0-9]*'s)') ;; # how long it took, where that was long
      '(error) '*)
        if [ -n "$first" ]; then # an answer is one error at most: this one is the mark's
          trouble=$line
          return 1
        fi
        first=$line
        printf '%s\n' "$line" >>"$dir/answer"
        ;;
      [\"\(]* | [0-9]*')'* | ' '* | PONG | OK)
        [ -n "$first" ] || first=$line
        printf '%s\n' "$line" >>"$dir/answer"
        ;;
      *)
        trouble=$line
        return 1
        ;;
    esac
  done
  return 1
}

# $trouble in a sentence.
explained() {
  case $trouble in
    *WRONGPASS* | *NOAUTH* | *'AUTH failed'*)
      echo "Redis at $host:$port refuses the password or user (${trouble#(error) }); set HISSRV_REDIS_PASSWORD"
      ;;
    'Could not connect'*) echo "can't reach Redis at $host:$port: ${trouble##*: }" ;;
    *) echo "Redis at $host:$port: ${trouble#(error) }" ;;
  esac
}

# Asks, and ends the run unless Redis does what it is asked.
must() {
  ask "$1" || fail "$(explained)"
  case $first in '(error) '*)
    trouble=$first
    fail "$(explained)"
    ;;
  esac
}

# Loads the script, so that $sha can be called. Its text is one argument on one line.
load_script() {
  text=$(sed 's/[\\"]/\\&/g; s/$/\\n/' "$script" | tr -d '\n')
  ask "SCRIPT LOAD \"$text\"" || return 1
  case $first in
    \"*\") sha=${first#\"} sha=${sha%\"} ;;
    *)
      trouble=$first
      return 1
      ;;
  esac
}
