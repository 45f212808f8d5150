#!/bin/bash
# Runs each libFuzzer target of a clang build for some seconds, starting from its corpus: run.sh BUILD SECONDS
# With 0 seconds it runs the corpus and nothing else: the same at every run.
set -u
build=$1 seconds=$2
bound=-max_total_time=$seconds
[ "$seconds" = 0 ] && bound=-runs=0
here=$(cd "$(dirname "$0")" && pwd)
status=0 count=0
for target in "$build"/tests/fuzz/fuzz_*; do
    [ -x "$target" ] && [ -f "$target" ] || continue
    name=$(basename "$target") name=${name#fuzz_}
    work=$(mktemp -d)
    if ! "$target" "$bound" -malloc_limit_mb=512 -rss_limit_mb=2048 -timeout=10 \
        -artifact_prefix="$work/" -print_final_stats=1 "$work" "$here/corpus/$name" >"$work.log" 2>&1; then
        echo "fuzz_$name failed; the input, in base64:"
        for artifact in "$work"/{crash,leak,oom,timeout}-*; do
            [ -f "$artifact" ] && base64 -w 0 "$artifact" && echo
        done
        tail -n 40 "$work.log"
        status=1
    fi
    count=$((count + 1))
    rm -rf "$work" "$work.log"
done
echo "$count targets, $seconds s each"
[ "$count" -gt 0 ] && exit $status
