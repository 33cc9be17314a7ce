# Sourced by ./hissrv and scripts/aot-cache.sh: how Java is started. Needs $JAVA_HOME, say and sha.
# shellcheck shell=bash

# For edge boxes: about 256 MB all told. Freed memory goes back to the system.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"

sha=(shasum -a 256)
if command -v sha256sum >/dev/null 2>&1; then sha=(sha256sum); fi

# Sets the array flags.
java_flags() {
  flags=(-Xmx84m -XX:+UseCompactObjectHeaders -XX:TrimNativeHeapInterval=2000
    -XX:+ExitOnOutOfMemoryError -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8)
  case " ${HISSRV_JAVA_OPTS:-} " in
    *" -XX:+Use"*GC*) ;;
    *) flags+=(-XX:+UseSerialGC) ;;
  esac
}

# Prints the name of the cache of loaded classes (JEP 514) that fits this Java, these flags and these
# very jars. Java 25 does not notice that a jar has changed (JDK-8377932) and would run old classes,
# so the name holds a hash of all that counts, reckoned at each start.
aot_file() {
  local home=$1
  {
    cat "$JAVA_HOME/release"
    echo "$JAVA_HOME" "${flags[@]}" "${HISSRV_JAVA_OPTS:-}"
    (cd "$home" && find hissrv.jar lib -name '*.jar' -type f | LC_ALL=C sort | tr '\n' '\0' | xargs -0 "${sha[@]}")
  } | "${sha[@]}" | { read -r key _; echo "$home/aot/$key.aot"; }
}
