#!/bin/sh
# Every C file is as clang-format 14 lays it out. Prints the files that are not.
set -u
cd "$(dirname "$0")/../.."
if ! command -v clang-format >/dev/null; then
    echo "skipped: clang-format is not installed"
    exit 77
fi
# File names in this project have no spaces.
clang-format --dry-run --Werror $(find src include cli tests examples -name '*.[ch]') 2>&1 |
    sed -n 's/^\([^:]*\):[0-9]*:.*/\1/p' | sort | uniq -c | awk '{ print $2 ": " $1 " places"; n++ } END { exit n > 0 }'
