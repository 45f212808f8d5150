#!/bin/bash
# Three organisations of the Mekong keep one database without a server: first they exchange it as files, then over a network.
#
#   ./examples/demo.sh            install what is missing, build, play the story
#   ./examples/demo.sh --check    the same in a throw-away folder, short, for tests
#
# With BANYAN=/usr/bin/banyan it plays that program and builds nothing; so it does where the Debian package has put it.
# Ends with 1 when anything is not as the story says.
set -eu
cd "$(dirname "$0")/.."
check=
case ${1:-} in
--check) check=1 ;;
'') ;;
*)
    echo "usage: ./examples/demo.sh [--check]" >&2
    exit 2
    ;;
esac

program=${BANYAN:-} keep=
[ -f meson.build ] || program=${program:-banyan}
if [ -z "$program" ]; then
    ./build-aux/packages.sh build
    if [ ! -f build/release/build.ninja ]; then
        echo 'Building banyan (the first time takes about a minute) ...'
        mkdir -p build
        # without the test packages only the library and the program are built
        tests=false
        pkg-config --exists cmocka && tests=true
        meson setup build/release -Dtests=$tests >build/setup.log 2>&1 || { cat build/setup.log; exit 1; }
    fi
    ninja -C build/release cli/banyan >build/build.log 2>&1 || { cat build/build.log; exit 1; }
    program=build/release/cli/banyan
    keep=$PWD/build/demo
fi
unset BANYAN_HOME

if [ -n "$check" ]; then
    world=$(mktemp -d)
    trap 'rm -rf "$world"' EXIT
elif [ -n "$keep" ]; then
    world=$keep
    rm -rf "$world"
    mkdir -m 700 "$world"
else
    world=$(mktemp -d -t banyan-demo.XXXXXX)
fi
post=$world/post # where the bundle files travel: a USB stick, an e-mail, a messenger
mkdir -p "$post"
started=$SECONDS

VIETNAM=$world/vietnam   # PanNature, Hanoi: founds the network
CAMBODIA=$world/cambodia # FACT, Phnom Penh
LAOS=$world/laos         # SODA, Khammouan: never meets PanNature

vietnam() { "$program" --home "$VIETNAM" "$@"; }
cambodia() { "$program" --home "$CAMBODIA" "$@"; }
laos() { "$program" --home "$LAOS" "$@"; }

title() { printf '\n\033[1m%s\033[0m\n' "$*"; }
say() { printf '%s\n' "$@" | fold -s -w 96; }
if [ -n "$check" ] || [ ! -t 1 ]; then
    title() { printf '\n%s\n' "$*"; }
fi
typed() { # words as a person types them in a shell
    local word
    for word; do
        case $word in
        *=*\ *) printf " %s='%s'" "${word%%=*}" "${word#*=}" ;;
        *\ *) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
}
show() { # print a command as a person would type it, then run it
    local who=$1
    shift
    printf '\n  [%s] $ banyan%s\n' "$who" "$(typed "$@")"
    "$who" "$@" | sed 's/^/  /'
}
fail() {
    printf '\nThe demonstration failed: %s\n' "$*" >&2
    exit 1
}
added() { # added OFFICE TYPE FIELD=VALUE...: write a record, print its id
    local office=$1 answer
    shift
    answer=$("$office" --json add "$@")
    printf '%s\n' "$answer" | grep -o '"id": *"[^"]*"' | head -1 | cut -d'"' -f4
}
letters=0
carry() { # carry FROM TO: one bundle file from one office to another
    letters=$((letters + 1))
    local file=$post/$letters-$1-to-$2.banyan
    "$1" --quiet bundle make "$file" >/dev/null
    "$2" --quiet bundle apply "$file" >/dev/null
    printf '  %s → %s: %s, %s bytes\n' "$1" "$2" "$(basename "$file")" "$(stat -c %s "$file")"
}
round() { # every office hears of everything; Laos and Viet Nam only through Cambodia
    carry laos cambodia
    carry cambodia vietnam
    carry vietnam cambodia
    carry cambodia laos
}
fingerprint() { "$1" --json fingerprint | sed 's/.*"fingerprint": *"\([^"]*\)".*/\1/'; }
same_everywhere() {
    local a b c
    a=$(fingerprint vietnam) b=$(fingerprint cambodia) c=$(fingerprint laos)
    printf '\n  vietnam   %s\n  cambodia  %s\n  laos      %s\n' "$a" "$b" "$c"
    [ -n "$a" ] && [ "$a" = "$b" ] && [ "$b" = "$c" ] || fail 'the three fingerprints differ'
}

title '1. PanNature in Viet Nam founds the network and invites two organisations'
vietnam init --network 'vi=Mạng lưới Mê Công' --network 'en=Mekong network' \
    --org 'PanNature' --country VNM --kind ngo >"$world/vietnam-recovery.txt"
say 'Its recovery code was shown once, to be written down. Now two invitation codes, to be sent by any messenger:'
vietnam invite --for FACT --quiet >"$post/invitation-fact.txt"
vietnam invite --for SODA --quiet >"$post/invitation-soda.txt"
sed 's/^/  /' "$post/invitation-fact.txt"

title '2. FACT in Cambodia joins with its code; the answer comes back in a file'
cambodia join "@$post/invitation-fact.txt" --org 'FACT' --country KHM --kind ngo >"$world/cambodia-recovery.txt"
carry cambodia vietnam
carry vietnam cambodia

title '3. SODA in Laos joins too, but meets only FACT: any member can take a newcomer in'
laos join "@$post/invitation-soda.txt" --org 'SODA' --country LAO --kind ngo >"$world/laos-recovery.txt"
carry laos cambodia
carry cambodia laos
carry cambodia vietnam

title '4. Each writes what it knows, in its own languages'
. examples/networks/mekong/vietnam.sh
. examples/networks/mekong/cambodia.sh
carry vietnam cambodia
for guest in "$MVI" "$COALITION" "$EEC"; do # the workshop's record has arrived: say who came to it
    added cambodia attendance event="$WORKSHOP" org="$guest" role=participant country=KHM >/dev/null
done
carry cambodia laos
. examples/networks/mekong/laos.sh
say "Each office has its own records only until the files have gone round:"
round

title '5. All three now see the same database'
for office in vietnam cambodia laos; do
    show $office list site
    sites=$($office --json list site | grep -o '"count": *[0-9]*' | grep -o '[0-9]*$')
    [ "$sites" = 5 ] || fail "$office sees $sites sites, not 5"
done
show laos list event
show vietnam search 'kampong phluk'
show cambodia search 'bung binh thien'
same_everywhere

title '6. Two offices change the same field apart: nothing is lost, everybody sees the conflict'
say 'FACT owns the record; PanNature may edit it as the coordinator. The numbers are the demonstration'"'"'s own.'
show cambodia edit "$PHLUK" 'area=1200 ha'
show vietnam edit "$PHLUK" 'area=15 km2'
round
for office in vietnam cambodia laos; do
    show $office conflicts
    $office --json conflicts | grep -q "$PHLUK" || fail "$office does not show the conflict"
done
same_everywhere
printf '\n'
say 'FACT knows its own site, and settles it:'
show cambodia resolve "$PHLUK" 'area=1200 ha'
round
for office in vietnam cambodia laos; do
    [ "$($office --json conflicts | tr -d ' \n')" = '[]' ] || fail "$office still shows a conflict"
done
say 'Settled on all three.'

title '7. An edit by somebody else is a proposal, until the owner accepts it'
show laos edit "$PHLUK" 'ecosystem.en=flooded forest'
carry laos cambodia
show cambodia inbox
show cambodia accept "$PHLUK"
round
show laos show "$PHLUK"
laos --json show "$PHLUK" | grep -q 'flooded forest' || fail 'the accepted proposal did not come back'
show vietnam history "$PHLUK"

title '8. The same members, the same records, the same fingerprint'
show vietnam members
same_everywhere

title '9. With a network between them the offices run their nodes, and need no files any more'
declare -A node=()
stop() { # stop OFFICE: its node says goodbye and ends
    [ -n "${node[$1]:-}" ] || return 0
    kill -INT "${node[$1]}" 2>/dev/null || true
    wait "${node[$1]}" 2>/dev/null || true
    node[$1]=
}
leave() {
    for office in vietnam cambodia laos; do stop $office; done
    [ -z "$check" ] || rm -rf "$world"
}
trap leave EXIT
start() { # start OFFICE PORT: run its node; address becomes where it listens
    local log=$world/$1.log
    : >"$log"
    "$program" --home "$world/$1" run --no-beacon --listen "127.0.0.1:$2" >"$log" 2>&1 &
    node[$1]=$!
    for _ in $(seq 100); do
        address=$(sed -n 's/^Listening at \(.*\)\.$/\1/p' "$log")
        [ -z "$address" ] || return 0
        sleep 0.1
    done
    fail "$1 does not listen: $(cat "$log")"
}
await() { # await COMPLAINT COMMAND...: until it says yes, 20 s at most
    local complaint=$1
    shift
    for _ in $(seq 200); do
        "$@" && return 0
        sleep 0.1
    done
    fail "$complaint"
}
has_site() { "$1" --json list site | grep -q "$2"; }
are_equal() { [ "$(fingerprint vietnam)" = "$(fingerprint cambodia)" ] && [ "$(fingerprint cambodia)" = "$(fingerprint laos)" ]; }

start vietnam 0
cambodia --quiet peers add PanNature "$address"
start cambodia 0
cambodia_address=$address
laos --quiet peers add FACT "$cambodia_address"
start laos 0
say "Cambodia connects to Viet Nam, and Laos to Cambodia only. Viet Nam writes:"
show vietnam add site 'name.en=A site of the demonstration' site_type=other
await 'the record did not reach Laos' has_site laos 'A site of the demonstration'
say '' 'Laos has it at once, by way of Cambodia. Now Cambodia is switched off; the others write on, apart:'
stop cambodia
show vietnam edit "$PHLUK" website=https://example.org
show laos add site 'name.en=Another site of the demonstration' site_type=other
say '' 'Cambodia comes back, and soon all three are equal again:'
start cambodia "${cambodia_address##*:}"
await 'the three did not become equal' are_equal
same_everywhere
for office in vietnam cambodia laos; do stop $office; done

if [ -z "$check" ]; then
    near=${world#"$PWD/"}
    printf '\nPlayed in %s s. Each office is a folder under %s. Look around:\n\n' $((SECONDS - started)) "$near"
    printf '  %s\n' "$program --home $near/laos list activity" \
        "$program --home $near/vietnam sql \"SELECT name, country, area FROM site\"" \
        "ogrinfo -ro -so $near/vietnam/view.gpkg site      (or open the file in QGIS)"
fi
