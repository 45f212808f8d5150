#!/bin/bash
# The whole test run: installs what is missing, builds with gcc and clang, runs every suite (also under ASan and UBSan),
# plays the demo, and ends with "N passed, N failed".
#
#   ./tests/run.sh           everything that CI runs
#   ./tests/run.sh quick     release build and its suites only
#   ./tests/run.sh long      everything, then each fuzz target for a minute, the oracles on many more cases and the
#                            Debian package in a fresh Debian folder
set -u
cd "$(dirname "$0")/.."
mode=${1:-all}
case $mode in
all | quick | long) ;;
*)
    echo "usage: ./tests/run.sh [quick|long]" >&2
    exit 2
    ;;
esac

passed=0 failed=0 skipped=0
budget_rows=
export MALLOC_PERTURB_=165

# report NAME SECONDS BUDGET: a row of the table at the end
report() { budget_rows+="$(printf '%-34s %5s s of %4s s' "$1" "$2" "$3")"$'\n'; }

# step NAME BUDGET COMMAND...: one check that passes or fails as a whole
step() {
    local name=$1 budget=$2 started=$SECONDS log
    shift 2
    log=$(mktemp)
    printf '== %s\n' "$name"
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
        tail -n 3 "$log" | sed 's/^/   /'
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n' "$name"
        tail -n 60 "$log" | sed 's/^/   /'
    fi
    rm -f "$log"
    report "$name" $((SECONDS - started)) "$budget"
}

# suites NAME BUDGET BUILDDIR ARGS...: a meson test run whose tests are counted one by one
suites() {
    local name=$1 budget=$2 build=$3 started=$SECONDS counts
    shift 3
    printf '== %s\n' "$name"
    rm -f "$build/meson-logs/testlog.json"
    meson test -C "$build" --no-rebuild --print-errorlogs "$@" >"$build/tests.out" 2>&1
    counts=$(python3 tests/lib/count.py "$build/meson-logs/testlog.json")
    read -r p f s <<<"$counts"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    printf '   %s passed, %s failed, %s skipped\n' "$p" "$f" "$s"
    if [ "$f" != 0 ]; then
        tail -n 150 "$build/tests.out" | sed 's/^/   /'
    fi
    # what was skipped, and why
    grep -h '^skipped: ' "$build/meson-logs/testlog.txt" 2>/dev/null | sort -u | sed 's/^/   /' | head -20
    report "$name" $((SECONDS - started)) "$budget"
}

# build DIR OPTIONS...: configure once, then compile
build() {
    local dir=$1
    shift
    if [ ! -f "$dir/build.ninja" ]; then
        meson setup "$dir" "$@" || return 1
    fi
    ninja -C "$dir"
}

# What a sanitizer tells has lines; no more is kept for debuggers, which costs time to write and to link.
traceable=(-Doptimization=2 -Ddebug=false -Dc_args=-g1)

mkdir -p build
step 'Debian packages' 180 ./build-aux/packages.sh build test
[ "$failed" = 0 ] || exit 1

step 'build: gcc, release' 120 build build/release
if [ "$failed" = 0 ]; then
    suites 'suites: release' 600 build/release --num-processes 3
    step 'hardening of the program' 5 tests/lint/hardening.sh build/release/cli/banyan
    step 'the demo' 45 ./examples/demo.sh --check
fi

if [ "$mode" != quick ] && [ "$failed" = 0 ]; then
    step 'build: gcc, ASan and UBSan' 150 build build/sanitize "${traceable[@]}" \
        -Db_sanitize=address,undefined -Db_lundef=false
    suites 'suites: ASan and UBSan' 420 build/sanitize --timeout-multiplier 4 --num-processes 3 \
        --suite unit --suite fuzz --suite cli --suite examples --no-suite language
    export CC=clang
    step 'build: clang, fuzz targets' 120 build build/clang -Dfuzz=true "${traceable[@]}" \
        -Db_sanitize=address,undefined -Db_lundef=false
    unset CC
    step 'fuzz: each corpus under libFuzzer' 60 tests/fuzz/run.sh build/clang 0
fi
if [ "$mode" = long ]; then
    step 'fuzz: a minute for each target' 1200 tests/fuzz/run.sh build/clang 60
    suites 'oracles: many cases' 3600 build/release --suite interop --test-args=long
    step 'the Debian package' 420 tests/package/run.sh
fi

printf '\nTime used, of the budget\n%s\n' "$budget_rows"
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
