#!/bin/sh
# A shared library exports what the public headers declare, and nothing else: symbols.sh LIBRARY
set -u
library=$1
headers=$(cd "$(dirname "$0")/../../include/banyan" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A declaration may go over several lines; its name is the first banyan_word before a parenthesis.
cat "$headers"/*.h | tr '\n' ' ' | grep -o 'BANYAN_API [^;#{]*' |
    grep -o '\bbanyan_[a-z0-9_]* *(' | tr -d ' (' | sort -u >"$work/declared"
# The linker adds the ends of sections where a library beside it names them.
nm -D --defined-only "$library" | awk '$2 != "A" && $3 !~ /^(__bss_start|_edata|_end)$/ { print $3 }' | sort -u >"$work/exported"

status=0
complain() { # a sentence, and the names it is about on standard input
    names=$(cat)
    [ -n "$names" ] || return 0
    echo "$1:" $names
    status=1
}
comm -23 "$work/declared" "$work/exported" >"$work/missing"
comm -13 "$work/declared" "$work/exported" >"$work/extra"
complain 'declared, but not exported' <"$work/missing"
complain 'exported, but not declared' <"$work/extra"
[ -s "$work/declared" ] || { echo "no declarations found in $headers"; status=1; }
soname=$(readelf -d "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
[ "$soname" = libbanyan.so.0 ] || { echo "the soname is '$soname', not libbanyan.so.0"; status=1; }
# For programs that load it while they run, such as Python with ctypes.
! readelf -d "$library" | grep -q NOOPEN || { echo 'the library cannot be loaded by dlopen'; status=1; }
[ $status = 0 ] && echo "$(wc -l <"$work/exported") names, all declared"
exit $status
