#!/bin/bash
# Run by run.sh inside the fresh Debian folder: installs /root/check/banyan.deb, uses it, purges it.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
unset TMPDIR
cd /
check=/root/check
doc=/usr/share/doc/banyan

fail() {
    echo "FAILED: $*" >&2
    exit 1
}
quietly() { # its output only when it fails
    "$@" >"$check/log" 2>&1 || {
        tail -n 40 "$check/log" >&2
        fail "$*"
    }
}
member() { runuser -u member -- env HOME=/home/member "$@"; }

quietly apt-get update
quietly apt-get install -y --no-install-recommends "$check/banyan.deb"
dpkg -L banyan | grep -v '^/\.$' >"$check/owned"
quietly useradd --create-home member
echo "Installed with its dependencies: $(member banyan --version)."

zcat /usr/share/man/man1/banyan.1.gz | grep -q '^\.SH COMMANDS' || fail 'no manual page'
bash -c '. /usr/share/bash-completion/completions/banyan; complete -p banyan' >/dev/null || fail 'no completion'

# A member: the demonstration that the package brings along, then a home in its own place.
quietly member "$doc/examples/demo.sh" --check
quietly member banyan init --network Mekong --org PanNature --country VNM --kind ngo
quietly member banyan add site name.en='Kampong Phluk' country=KHM site_type=candidate
echo 'The demo and a home of its own work for an ordinary user.'

# A programmer: the installed headers and library are all it takes.
quietly apt-get install -y --no-install-recommends gcc libc6-dev pkgconf
for source in "$doc"/examples/embed/*.c; do
    quietly gcc -Wall -Wextra -Werror "$source" $(pkg-config --cflags --libs banyan) \
        -o "/usr/local/bin/$(basename "$source" .c)"
done
quietly member "$doc/examples/embed/check.sh" /usr/local/bin/notebook /usr/local/bin/postman /usr/bin/banyan
rm /usr/local/bin/*
echo 'The programs of examples/embed build against the package, and work.'

# Back again: everything goes but what the member has written.
data=$(member banyan --json status | grep -o '"home": *"[^"]*"' | cut -d'"' -f4)
quietly apt-get purge -y banyan
while read -r path; do
    [ ! -e "$path" ] || { [ -d "$path" ] && dpkg -S "$path" >/dev/null 2>&1; } || fail "$path is still there"
done <"$check/owned"
left=$(find / -xdev -iname '*banyan*' ! -path '/home/member/*' ! -path "$check/*" ! -path '/proc/*')
[ -z "$left" ] || fail "left behind: $left"
[ -d "$data" ] || fail "the member's data went with the program"
echo 'Purged: nothing is left behind, the data of members is.'
