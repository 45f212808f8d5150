#!/bin/bash
# The Debian package from end to end: built twice to the same bytes, looked at, installed in a fresh Debian 12 folder, used
# there as a member and a programmer would, and purged (inside.sh).
#
# The folder needs root and a bookworm mirror, taken from this machine's own apt; without them that part is skipped with a
# line that says so. BY_TEST_BASE=DIR names a folder of debootstrap to copy instead of making one, for repeated runs.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
# What inside.sh needs mounted is mounted in a namespace of its own and goes with it.
trap 'rm -rf --one-file-system "$work"' EXIT

skip() {
    echo "skipped: the fresh Debian folder: $*"
    exit 0
}

# mirrors: lines for sources.list, of what this machine knows of Debian 12
mirrors() {
    apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        awk '$1 == "Debian" && $2 ~ /^bookworm(-updates|-security)?$/ { print "deb", $3, $2, "main" }' | sort -u
}

# fresh FOLDER: Debian 12 and nothing else
fresh() {
    if [ -n "${BY_TEST_BASE:-}" ]; then
        cp -a "$BY_TEST_BASE" "$1"
    else
        ./build-aux/packages.sh fresh
        debootstrap --variant=minbase bookworm "$1" "$mirror" >"$work/log" 2>&1 || {
            tail -n 30 "$work/log" >&2
            exit 1
        }
    fi
    cp -L /etc/resolv.conf "$1/etc/resolv.conf"
    printf '%s\n' "$sources" >"$1/etc/apt/sources.list"
    printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d" # start no services
    chmod 755 "$1/usr/sbin/policy-rc.d"
}

commit=$work/commit # a clone, so that commits made meanwhile do not come between the two builds
git clone --quiet . "$commit"
"$commit/packaging/build-deb.sh" "$work/one"
"$commit/packaging/build-deb.sh" "$work/two" >/dev/null
cmp "$work/one/banyan.deb" "$work/two/banyan.deb"
echo 'Two builds of one commit are the same to the byte.'

dpkg-deb -x "$work/one/banyan.deb" "$work/files"
tests/lint/hardening.sh "$work/files/usr/bin/banyan"
tests/lint/symbols.sh "$work"/files/usr/lib/*/libbanyan.so

[ "$(id -u)" = 0 ] || skip 'only root may make one'
unshare --mount --pid --fork true 2>/dev/null || skip 'no namespace for its mounts can be had here'
sources=$(mirrors)
[ -n "$sources" ] || { apt-get update -qq && sources=$(mirrors); }
mirror=$(printf '%s\n' "$sources" | awk '$3 == "bookworm" { print $2; exit }')
[ -n "$mirror" ] || skip 'apt knows no mirror of Debian 12'

fresh "$work/root"
mkdir "$work/root/root/check"
cp "$work/one/banyan.deb" tests/package/inside.sh "$work/root/root/check/"
unshare --mount --pid --fork --kill-child sh -c \
    'mount -t proc proc "$0/proc" && exec chroot "$0" /root/check/inside.sh' "$work/root"
