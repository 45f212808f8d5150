#!/bin/sh
# The program as built carries the hardening it was asked for: hardening.sh PROGRAM
set -u
program=$1
status=0
need() { # what, and a command that shows it
    what=$1
    shift
    if ! "$@" >/dev/null 2>&1; then
        echo "missing: $what"
        status=1
    fi
}
shows() { readelf -W "$1" "$program" | grep -q "$2"; }
need 'position independent (PIE)' shows -h 'DYN '
need 'read-only relocations (RELRO)' shows -l GNU_RELRO
need 'immediate binding' shows -d 'NOW'
need 'no dlopen of the program: the C library refuses what is marked PIE' shows -d 'PIE'
need 'stack canaries' shows -s __stack_chk_fail
stack=$(readelf -Wl "$program" | awk '$1 == "GNU_STACK" { print $7 }')
[ "$stack" = RW ] || { echo "missing: a stack that cannot be executed (it is $stack)"; status=1; }
[ $status = 0 ] && echo "hardened"
exit $status
