#!/bin/sh
# Installs the Debian packages that are missing: packages.sh GROUP..., of build, test, package, fresh
#
# As root, or through sudo where that needs no password or a terminal can ask for it; otherwise prints the one command to
# run and ends with 1. Nothing missing: ends at once.
set -eu

build='gcc pkg-config meson ninja-build python3 libc6-dev libsodium-dev libcsv-dev libzip-dev libexpat1-dev libxlsxwriter-dev libproj-dev libqrencode-dev liblmdb-dev libmsgpack-dev
       libsqlite3-dev libutf8proc-dev libjansson-dev libzstd-dev libuv1-dev iso-codes gettext'
test='libcmocka-dev clang libclang-rt-14-dev clang-format gdal-bin python3-gdal bzip2 sqlite3 git systemd
      iproute2 nftables faketime strace python3-openpyxl zbar-tools python3-nacl python3-msgpack libreoffice-calc-nogui'
package='debhelper dpkg-dev git lintian'
fresh='debootstrap'

wanted=
for group in "$@"; do
    case $group in
    build) wanted="$wanted $build" ;;
    test) wanted="$wanted $test" ;;
    package) wanted="$wanted $package" ;;
    fresh) wanted="$wanted $fresh" ;;
    *) echo "packages.sh: no group '$group'" >&2; exit 2 ;;
    esac
done

missing=
for name in $wanted; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) || state=
    [ "$state" = installed ] || missing="$missing $name"
done
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=sudo
else
    printf 'Some packages are missing. Please run this once as root, then start again:\n  apt-get update && %s\n' "$install" >&2
    exit 1
fi
echo "Installing Debian packages:$missing"
$as_root sh -c "apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install -qq" >/dev/null
