#!/usr/bin/env bash
# Builds fuzz targets (default: every one) with ASan and UBSan and runs each for SECONDS (default 60)
# of its own CPU time, so that a busy machine does not shorten a run. Usage: fuzz.sh [SECONDS [TARGET...]]
# Findings and grown corpora lie in build/fuzz/run/TARGET; src/MODULE/TARGET.dict, if there, helps.
set -euo pipefail
cd "$(dirname "$0")/.."
export seconds=${1:-60}
cmake --preset asan >/dev/null
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] ||
    mapfile -t targets < <(find src -name '*_fuzz.cc' -exec basename {} .cc \; | sort)
ninja -C build/asan -j "$(nproc)" "${targets[@]}"
mkdir -p build/fuzz/run

fuzz_one() {
    local name dir words pid
    name=$(basename "$1")
    dir=build/fuzz/run/$name
    words=$(find src -name "$name.dict")
    mkdir -p "$dir/corpus"
    "$1" -rss_limit_mb=2048 -timeout=30 -artifact_prefix="$dir/" -print_final_stats=1 \
        ${words:+-dict="$words"} "$dir/corpus" >"$dir/log" 2>&1 &
    pid=$!
    # SIGUSR1 asks libFuzzer to end in peace; fields 14 and 15 are ticks of 10 ms.
    while sleep 1 && [ -e "/proc/$pid/stat" ]; do
        awk -v most="$seconds" '{ exit ($14 + $15) / 100 >= most }' "/proc/$pid/stat" 2>/dev/null ||
            kill -USR1 "$pid" 2>/dev/null
    done
    if wait "$pid"; then
        echo "fuzz: $name ok, $(grep -o 'number_of_executed_units: [0-9]*' "$dir/log")"
    else
        echo "fuzz: $name FAILED, see $dir/log" && tail -n 5 "$dir/log" && return 255
    fi
}
export -f fuzz_one
printf 'build/asan/src/%s\0' "${targets[@]}" |
    xargs -0 -n 1 -P "$(nproc)" bash -c 'fuzz_one "$0"'
