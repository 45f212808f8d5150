#!/bin/bash
# What systemd says of the units: nothing is wrong in them, and the hub's keeps it from what it does not need.
#
#   units.sh PROGRAM UNIT-OF-THE-HUB
set -eu
program=$(realpath "$1") hub=$(realpath "$2")
if ! command -v systemd-analyze >/dev/null; then
    echo 'skipped: systemd-analyze is not installed'
    exit 77
fi
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
export HOME="$room/100% \$a \"person\"" XDG_RUNTIME_DIR="$room" LC_ALL=C.UTF-8
unset XDG_CONFIG_HOME
mkdir -p "$HOME" "$room/100% \$b"
cp "$program" "$room/100% \$b/banyan"

# faultless UNIT [OPTION]: no word of systemd about it, but of manual pages, which this machine may lack
faultless() {
    local said
    said=$(systemd-analyze --man=no "${@:2}" verify "$1" 2>&1) && [ -z "$said" ] && return
    printf '%s: systemd-analyze verify says\n%s\n' "${1##*/}" "$said"
    exit 1
}

"$room/100% \$b/banyan" init --network N --org O --country VNM --kind ngo --quiet >/dev/null
PATH=/nowhere "$room/100% \$b/banyan" service install --quiet
faultless "$HOME/.config/systemd/user/banyan.service" --user
sed "s|^ExecStart=[^ ]*|ExecStart=$(command -v true)|" "$hub" >"$room/banyan-hub.service"
faultless "$room/banyan-hub.service"

# 1.5 at most; without any confinement it would be 9.2
systemd-analyze security --no-pager --offline=true --threshold=15 "$room/banyan-hub.service" >"$room/said" || {
    grep -v '^.\? *✓' "$room/said"
    exit 1
}
tail -n 1 "$room/said"
