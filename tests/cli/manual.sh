#!/bin/sh
# The manual page in the source is the one that the program prints: manual.sh PROGRAM
program=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 1
if "$program" help --manual | diff docs/man/banyan.1 -; then
    echo 'the manual page is true'
else
    echo 'make it anew: banyan help --manual >docs/man/banyan.1'
    exit 1
fi
