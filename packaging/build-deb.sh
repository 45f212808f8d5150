#!/bin/bash
# Builds banyan.deb from the committed tree: ./packaging/build-deb.sh [OUTDIR], by default build/.
#
# Installs the Debian packages it lacks, works in a folder of its own, and lets lintian judge the result. The same commit
# gives the same bytes.
set -eu
umask 022
here=$PWD
cd "$(dirname "$0")/.."
case ${1:-} in
-*)
    echo 'usage: ./packaging/build-deb.sh [OUTDIR]' >&2
    exit 2
    ;;
'') out=$PWD/build ;;
/*) out=$1 ;;
*) out=$here/$1 ;;
esac

./build-aux/packages.sh build package
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work/source"
git archive HEAD | tar -x -C "$work/source"
if [ -n "$(git status --porcelain --untracked-files=no)" ]; then
    echo 'Changes that are not committed are not in the package.'
fi
cd "$work/source"
mv packaging/debian debian

version=$(dpkg-parsechangelog -S Version)
if ! grep -q "^  version: '$version',\$" meson.build; then
    echo "build-deb.sh: packaging/debian/changelog says $version, and meson.build does not" >&2
    exit 1
fi
SOURCE_DATE_EPOCH=$(git -C "$OLDPWD" log -1 --format=%ct)
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=$(nproc)"
echo "Building the package of banyan $version ..."
if ! dpkg-buildpackage --build=binary --no-sign >"$work/log" 2>&1; then
    tail -n 60 "$work/log" >&2
    exit 1
fi
lintian --allow-root --fail-on error,warning "$work"/banyan_*.changes
mv "$work"/banyan_*.deb "$out/banyan.deb"
dpkg-deb --show --showformat '${Package} ${Version} for ${Architecture}, ' "$out/banyan.deb"
printf '%s bytes: %s\n' "$(stat -c %s "$out/banyan.deb")" "$out/banyan.deb"
