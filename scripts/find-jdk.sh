# Sourced by ./hissrv and ./check: finds a JDK of at least $LEAST_JDK; with LEAST=jre, a Java that runs
# is enough. Runs on bash 3.2 (macOS).
# shellcheck shell=bash

LEAST_JDK=25

# Prints the major version of the JDK in a folder; fails where there is none.
jdk_major() {
  local version
  [ -x "$1/bin/java" ] || return 1
  [ "${LEAST:-jdk}" = jre ] || [ -x "$1/bin/javac" ] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null | head -n 1)
  if [ -z "$version" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
  fi
  [ -n "$version" ] && echo "$version"
}

# Follows symbolic links to the end (macOS has no readlink -f).
real_path() {
  local path=$1 target
  while [ -L "$path" ]; do
    target=$(readlink "$path")
    case $target in
      /*) path=$target ;;
      *) path=$(dirname "$path")/$target ;;
    esac
  done
  echo "$(cd -P "$(dirname "$path")" && pwd)/$(basename "$path")"
}

# Prints where a JDK may be, a line each, the wished-for first.
jdk_places() {
  local home=${HOME:-/nonexistent}
  if [ "${LEAST:-jdk}" = jre ]; then echo "${OWN_JRE:-}"; fi
  echo "${JAVA_HOME:-}"
  if command -v java >/dev/null 2>&1; then
    dirname "$(dirname "$(real_path "$(command -v java)")")"
  fi
  printf '%s\n' \
    /usr/lib/jvm/* \
    /usr/java/* \
    /opt/* \
    /opt/java/* \
    "$home"/.sdkman/candidates/java/* \
    "$home"/.jdks/* \
    "$home"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec
}

# Prints the folder of the first JDK that is new enough; fails where there is none.
find_jdk() {
  local place major
  while IFS= read -r place; do
    [ -n "$place" ] || continue
    major=$(jdk_major "$place") || continue
    if [ "$major" -ge "$LEAST_JDK" ]; then
      echo "$place"
      return 0
    fi
  done <<EOF
$(jdk_places)
EOF
  return 1
}

no_jdk_message() {
  if [ "${LEAST:-jdk}" = jre ]; then
    echo "Java $LEAST_JDK or newer is needed and was not found in JAVA_HOME, PATH or the usual folders;" \
      "install one (Debian: openjdk-25-jre-headless, Temurin: temurin-25-jre), set JAVA_HOME," \
      "or take the release that brings its own."
    return
  fi
  echo "JDK $LEAST_JDK or newer is needed and was not found in JAVA_HOME, PATH or the usual folders;" \
    "install one (Debian: openjdk-25-jdk-headless, Homebrew: openjdk, SDKMAN: sdk install java 25-tem)" \
    "or set JAVA_HOME."
}
