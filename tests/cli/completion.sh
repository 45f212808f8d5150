#!/bin/bash
# What the tabulator key offers after some words: completion.sh PROGRAM
set -u
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 1
. cli/completion/banyan.bash
compopt() { :; } # only where a person types
failures=0
offers() { # offers "words so far" "what is offered"; the last word may be empty
    local answer
    read -ra COMP_WORDS <<<"$1"
    [[ $1 == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _banyan "$program"
    answer=${COMPREPLY[*]-}
    if [ "$answer" != "$2" ]; then
        echo "after '$1' came '$answer', not '$2'"
        failures=$((failures + 1))
    fi
}
offers 'banyan un' 'undelete'
offers 'banyan --home /tmp fing' 'fingerprint'
offers 'banyan bu' 'bundle'
offers 'banyan backup ' 'make check restore'
offers 'banyan backup make --w' '--with-private'
offers 'banyan bundle ' 'make verify apply'
offers 'banyan bundle make --s' '--since'
offers 'banyan key ' 'recover rotate passphrase'
offers 'banyan key passphrase --pa' '--passphrase-file'
offers 'banyan --passphrase-file x fing' 'fingerprint'
offers 'banyan service ' 'install status remove'
offers 'banyan service install --li' '--listen'
offers 'banyan peers r' 'remove'
offers 'banyan peers --js' '--json'
offers 'banyan run --no-b' '--no-beacon'
offers 'banyan list --wh' '--where'
offers 'banyan list --co' '--columns --color'
offers 'banyan --color a' 'auto always'
offers 'banyan add si' 'site'
offers 'banyan add site iuc' 'iucn_cat='
offers 'banyan help inb' 'inbox'
export BANYAN_HOME
BANYAN_HOME=$(mktemp -d)/home
"$program" init --network N --org 'Rừng Xanh Club' --country VNM --kind ngo --quiet >/dev/null
offers 'banyan members ' 'Rừng\ Xanh\ Club'
offers 'banyan role R' 'Rừng\ Xanh\ Club'
offers 'banyan remove x' ''
offers 'banyan role Alpha ' 'coordinator member hub reader'
offers 'banyan role Alpha co' 'coordinator'
offers 'banyan invite --role h' 'hub'
offers 'banyan transfer K7QM-2F9D ' 'Rừng\ Xanh\ Club'
offers 'banyan peers add ' 'Rừng\ Xanh\ Club'
offers 'banyan key rotate ' 'Rừng\ Xanh\ Club'
# a name is never run
BANYAN_HOME+=2
"$program" init --network N --org '$(touch "$BANYAN_HOME-run") `touch "$BANYAN_HOME-run"`' --country VNM --kind ngo --quiet >/dev/null
offers 'banyan members ' '\$\(touch\ \"\$BANYAN_HOME-run\"\)\ \`touch\ \"\$BANYAN_HOME-run\"\`'
if [ -e "$BANYAN_HOME-run" ]; then
    echo 'a name of an organisation was run as a command'
    failures=$((failures + 1))
fi
rm -r "${BANYAN_HOME%/home2}"
[ $failures = 0 ] && echo 'completion offers what there is'
exit $((failures > 0))
