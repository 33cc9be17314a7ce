#!/bin/sh
# Loads aggregate.lua into Redis, for cron and Kubernetes. See --help.
set -fu
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
# shellcheck source=scripts/redis-session.sh
. "$here/redis-session.sh"

help() {
  cat <<'END'
Usage: init_scripts.sh [options]

Loads aggregate.lua into Redis and says under which digest it can be called:
  - prints one line, AGGREGATE_SCRIPT_SHA=<sha>, that a shell can eval and that can be an env file;
  - stores the sha in the Redis key hissrv:script:aggregate.
Redis forgets loaded scripts when it restarts: then call this again. hissrv_cron.sh needs it never.

END
  options_help
  cat <<'END'

Exit codes: 0 done, 1 failed, 2 wrong call.
END
}

while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      help
      exit 0
      ;;
    *)
      common_option "$@" || wrong_call "unknown option $1"
      shift "$used"
      ;;
  esac
done
check_call
open_session 60 || fail "$(explained)"
load_script || fail "$(explained)"
must "SET hissrv:script:aggregate $sha"
echo "AGGREGATE_SCRIPT_SHA=$sha"
