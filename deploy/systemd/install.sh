#!/bin/sh
# Installs an unpacked release as a service: sudo deploy/systemd/install.sh [--remove]
# Where there is dpkg, the Debian package does the same and more.
#
#   /opt/hissrv               the program; replaced when it is installed again
#   /etc/hissrv               configuration; what is there is kept
#   /var/lib/hissrv           history; never touched, also not by --remove
#   /etc/systemd/system       hissrv.service
set -eu
release=$(cd -P "$(dirname "$0")/../.." && pwd)
root=${DESTDIR:-}

fail() {
  echo "install: $*" >&2
  exit 1
}

[ -n "$root" ] || [ "$(id -u)" -eq 0 ] || fail "only root can do this: sudo $0"
running() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

if [ "${1:-}" = --remove ]; then
  if running; then systemctl disable --now hissrv.service || true; fi
  rm -rf "$root/opt/hissrv" "$root/etc/systemd/system/hissrv.service" "$root/usr/local/bin/hissrv"
  if running; then systemctl daemon-reload; fi
  echo "Removed. /etc/hissrv and /var/lib/hissrv are left."
  exit 0
fi
[ $# -eq 0 ] || fail "there is only --remove"
[ -f "$release/hissrv.jar" ] || fail "$release is no release: make one with scripts/package.sh tar"

if [ -z "$root" ] && ! getent passwd hissrv >/dev/null; then
  useradd --system --user-group --home-dir /var/lib/hissrv --no-create-home --shell /usr/sbin/nologin hissrv
fi
mkdir -p "$root/opt" "$root/etc/hissrv/plugins" "$root/var/lib/hissrv" "$root/etc/systemd/system" "$root/usr/local/bin"
rm -rf "$root/opt/hissrv.new"
cp -R "$release" "$root/opt/hissrv.new"
mkdir -p "$root/opt/hissrv.new/aot"
if running; then systemctl stop hissrv.service 2>/dev/null || true; fi
rm -rf "$root/opt/hissrv"
mv "$root/opt/hissrv.new" "$root/opt/hissrv"
keep() { [ -e "$2" ] || cp "$1" "$2"; }
keep "$release/config/default.yml" "$root/etc/hissrv/default.yml"
cp "$release/config/hissrv.schema.json" "$root/etc/hissrv/hissrv.schema.json"
keep "$release/deploy/systemd/hissrv.env" "$root/etc/hissrv/hissrv.env"
chmod 640 "$root/etc/hissrv/hissrv.env"
sed 's:/usr/bin/hissrv:/opt/hissrv/hissrv:; s:/usr/share/hissrv:/opt/hissrv:' "$release/deploy/systemd/hissrv.service" \
  >"$root/etc/systemd/system/hissrv.service"
ln -sf /opt/hissrv/hissrv "$root/usr/local/bin/hissrv"
if [ -z "$root" ]; then
  chown -R root:root /opt/hissrv
  chown hissrv:hissrv /var/lib/hissrv
  chgrp hissrv /etc/hissrv/hissrv.env
  /opt/hissrv/scripts/aot-cache.sh || true
fi
if running; then
  systemctl daemon-reload
  systemctl enable hissrv.service
fi
echo "Installed. Look at /etc/hissrv/default.yml, then: systemctl restart hissrv"
