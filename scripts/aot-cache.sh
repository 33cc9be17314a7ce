#!/usr/bin/env bash
# Makes the cache with which an installed HisSrv starts in half the time: scripts/aot-cache.sh
# Run again after an upgrade of HisSrv or of Java; until then it is not used, never wrongly used.
set -eu -o pipefail
home=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LEAST=jre OWN_JRE=$home/jre
# shellcheck source=scripts/find-jdk.sh
. "$home/scripts/find-jdk.sh"
# shellcheck source=scripts/java.sh
. "$home/scripts/java.sh"

[ -f "$home/hissrv.jar" ] || {
  echo "aot-cache: only an installed HisSrv has one (no hissrv.jar in $home)" >&2
  exit 1
}
JAVA_HOME=$(find_jdk) || {
  no_jdk_message >&2
  exit 1
}
java_flags
file=$(aot_file "$home")
if [ -f "$file" ]; then exit 0; fi
mkdir -p "$home/aot"
work=$(mktemp -d "$home/aot/making.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "aot-cache: running the demo once …" >&2
(
  cd "$work"
  # shellcheck disable=SC2086
  "$JAVA_HOME/bin/java" "${flags[@]}" ${HISSRV_JAVA_OPTS:-} -Djava.io.tmpdir="$work" \
    -XX:AOTCacheOutput="$work/cache" -jar "$home/hissrv.jar" demo --port 0 --backfill 10m --for 5s
) >"$work/log" 2>&1 || true
[ -s "$work/cache" ] || {
  tail -n 20 "$work/log" >&2
  echo "aot-cache: Java made none; HisSrv starts without it" >&2
  exit 1
}
rm -f "$home"/aot/*.aot
mv "$work/cache" "$file"
