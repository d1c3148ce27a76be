#!/usr/bin/env bash
# Builds everything and runs all tests through ctest. LOGWOOD_PRESET chooses another build.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${LOGWOOD_PRESET:-release}
cmake --preset "$preset" >/dev/null
ninja -C "build/$preset" -j "$(nproc)"
ctest --test-dir "build/$preset" --output-on-failure -j "$(nproc)" "$@"
