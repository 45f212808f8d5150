#!/bin/bash
# Runs both programs: a founder writes, and leaves its bundle for the member it invites.
#
#   check.sh NOTEBOOK POSTMAN BANYAN
set -eu
notebook=$1 postman=$2 banyan=$3
world=$(mktemp -d)
trap 'rm -rf "$world"' EXIT
mkdir "$world/post"
one() { "$banyan" --home "$world/one" "$@"; }
two() { "$banyan" --home "$world/two" "$@"; }
fingerprint() { "$1" --json fingerprint | grep -o '"fingerprint": *"[^"]*"'; }

"$notebook" "$world/one" | grep -q 'Kampong Phluk'
one --quiet invite --for SODA >"$world/code"
two --quiet join "@$world/code" --org SODA --country LAO --kind ngo >/dev/null
"$postman" "$world/two" "$world/post" join >/dev/null
"$postman" "$world/one" "$world/post" one >/dev/null
# the newcomer meets its own letter too, and passes over what it cannot open
"$postman" "$world/two" "$world/post" two >/dev/null 2>&1
"$postman" "$world/one" "$world/post" one-again >/dev/null 2>&1
"$postman" "$world/two" "$world/post" two-again >/dev/null 2>&1
[ "$(fingerprint one)" = "$(fingerprint two)" ]
two list site | grep -q 'Kampong Phluk'
