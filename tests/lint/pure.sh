#!/bin/sh
# The poisoned header does its work: impure headers and calls do not compile in a pure layer, with each compiler here;
# what pure layers need does.
set -u
cd "$(dirname "$0")/../.."
flags="-std=c11 -fsyntax-only -Isrc -Iinclude -include src/base/pure.h -x c -"
status=0
for compiler in gcc clang; do
    command -v $compiler >/dev/null || { echo "skipped: no $compiler"; continue; }
    for line in '#include <time.h>' '#include <unistd.h>' '#include <fcntl.h>' '#include <pthread.h>' \
        '#include <lmdb.h>' '#include <sodium.h>' '#include <sqlite3.h>' \
        'int f(void) { return rand(); }' 'void *f(void) { return fopen("x", "r"); }' \
        'char *f(void) { return getenv("HOME"); }'; do
        if printf '%s\n' "$line" | $compiler $flags >/dev/null 2>&1; then
            echo "$compiler accepts in a pure layer: $line"
            status=1
        fi
    done
    for line in '#include <sodium/crypto_sign.h>' '#include <sodium/crypto_generichash.h>' '#include <msgpack.h>' \
        '#include <zstd.h>' '#include <jansson.h>' '#include <utf8proc.h>'; do
        if ! printf '%s\nint x;\n' "$line" | $compiler $flags >/dev/null 2>&1; then
            echo "$compiler refuses in a pure layer: $line"
            status=1
        fi
    done
done
[ $status = 0 ] && echo "pure layers are pure"
exit $status
