#!/usr/bin/env bash
# Makes what is installed: scripts/package.sh [--with-java] tar|deb|folder DIR
#
#   tar         target/hissrv-VERSION.tar.gz: unpack it anywhere, start ./hissrv
#   deb         target/hissrv_VERSION_ARCH.deb: with a service for systemd
#   folder DIR  what is in the tar, laid out in DIR (which must not exist): for container images
#
# --with-java adds a Java of 60 MB that holds just what HisSrv needs: for machines without internet or
# Java, of the same system and processor as this one.
set -eu -o pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/find-jdk.sh
. scripts/find-jdk.sh

# What HisSrv and its libraries use (jdeps), and the time zones' and text's data they look up by name.
MODULES=java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming
MODULES=$MODULES,java.net.http,java.security.jgss,java.sql,java.xml,jdk.crypto.ec,jdk.jfr,jdk.management
MODULES=$MODULES,jdk.unsupported,jdk.zipfs

fail() {
  echo "package: $*" >&2
  exit 1
}

usage() {
  sed -n '2,10s/^# \{0,1\}//p' scripts/package.sh >&2
  exit 2
}

# The release, laid out in a folder.
lay_out() {
  local to=$1
  [ ! -e "$to" ] || fail "$to exists"
  mkdir -p "$to/scripts"
  cp -R target/lib LICENSE README.md CHANGELOG.md THIRD-PARTY-NOTICES.md docs config deploy "$to/"
  cp hissrv target/hissrv.jar "$to/"
  cp scripts/find-jdk.sh scripts/java.sh scripts/aot-cache.sh scripts/hissrv_cron.sh scripts/init_scripts.sh \
    scripts/redis-session.sh src/main/resources/lua/aggregate.lua "$to/scripts/"
  rm -rf "$to/deploy/debian"
  [ -z "$java" ] ||
    "$JAVA_HOME/bin/jlink" --add-modules "$MODULES" --strip-debug --no-header-files --no-man-pages \
      --compress zip-6 --output "$to/jre"
  chmod -R go=u-w "$to"
}

architecture() {
  [ -n "$java" ] || {
    echo all
    return
  }
  dpkg --print-architecture
}

# A package's version: 0.1.0-SNAPSHOT sorts before 0.1.0 when it is 0.1.0~SNAPSHOT.
debian_version() { echo "${version/-/\~}"; }

deb() {
  local root=$work/root arch file
  command -v dpkg-deb >/dev/null 2>&1 || fail "dpkg-deb is missing: Debian packages are made on Debian"
  arch=$(architecture)
  file=target/hissrv_$(debian_version)_$arch.deb
  mkdir -p "$root/usr/share" "$root/usr/bin" "$root/etc/hissrv/plugins" "$root/lib/systemd/system" "$root/DEBIAN"
  lay_out "$root/usr/share/hissrv"
  mv "$root/usr/share/hissrv/config/default.yml" "$root/etc/hissrv/default.yml"
  cp "$root/usr/share/hissrv/config/hissrv.schema.json" "$root/etc/hissrv/"
  cp deploy/systemd/hissrv.env "$root/etc/hissrv/hissrv.env"
  chmod 640 "$root/etc/hissrv/hissrv.env"
  cp deploy/systemd/hissrv.service "$root/lib/systemd/system/"
  rm -rf "$root/usr/share/hissrv/deploy/systemd"
  ln -s ../share/hissrv/hissrv "$root/usr/bin/hissrv"
  local script
  for script in postinst prerm postrm; do
    install -m 755 "deploy/debian/$script" "$root/DEBIAN/$script"
  done
  printf '/etc/hissrv/%s\n' default.yml hissrv.schema.json hissrv.env >"$root/DEBIAN/conffiles"
  sed -e "s/@VERSION@/$(debian_version)/; s/@ARCHITECTURE@/$arch/" \
    -e "s/@SIZE@/$(du -sk "$root" | cut -f 1)/" deploy/debian/control >"$root/DEBIAN/control"
  dpkg-deb --root-owner-group -Zxz -z3 --build "$root" "$file" >/dev/null
  echo "$file"
}

tarball() {
  local name=hissrv-$version${java:+-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)}
  lay_out "$work/$name"
  tar -C "$work" --owner=0 --group=0 -czf "target/$name.tar.gz" "$name"
  (cd target && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
  echo "target/$name.tar.gz"
}

java=
if [ "${1:-}" = --with-java ]; then
  java=yes
  shift
fi
case ${1:-}:$# in
  tar:1 | deb:1 | folder:2) ;;
  *) usage ;;
esac
JAVA_HOME=$(find_jdk) || fail "$(no_jdk_message)"
export JAVA_HOME
# Builds what has changed; tests have built already.
[ -n "${HISSRV_TEST_BUILT:-}" ] || ./hissrv --version >/dev/null
version=$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' pom.xml | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $1 in
  tar) tarball ;;
  deb) deb ;;
  folder)
    lay_out "$2"
    echo "$2"
    ;;
esac
