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
[ $failures = 0 ] && echo 'completion offers what there is'
exit $((failures > 0))
