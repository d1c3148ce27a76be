#!/usr/bin/env bash
# Builds every fuzz target with ASan and UBSan and runs each for SECONDS (default 60), two at a time.
# Findings and grown corpora lie in build/fuzz/run/TARGET; src/MODULE/TARGET.dict, if there, helps.
set -euo pipefail
cd "$(dirname "$0")/.."
export seconds=${1:-60}
cmake --preset asan >/dev/null
mapfile -t targets < <(find src -name '*_fuzz.cc' -exec basename {} .cc \; | sort)
ninja -C build/asan -j "$(nproc)" "${targets[@]}"
mkdir -p build/fuzz/run

fuzz_one() {
    local name dir words
    name=$(basename "$1")
    dir=build/fuzz/run/$name
    words=$(find src -name "$name.dict")
    mkdir -p "$dir/corpus"
    if "$1" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -artifact_prefix="$dir/" \
        -print_final_stats=1 ${words:+-dict="$words"} "$dir/corpus" >"$dir/log" 2>&1; then
        echo "fuzz: $name ok, $(grep -o 'number_of_executed_units: [0-9]*' "$dir/log")"
    else
        echo "fuzz: $name FAILED, see $dir/log" && tail -n 5 "$dir/log" && return 255
    fi
}
export -f fuzz_one
printf 'build/asan/src/%s\0' "${targets[@]}" |
    xargs -0 -n 1 -P "$(nproc)" bash -c 'fuzz_one "$0"'
