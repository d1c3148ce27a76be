#!/usr/bin/env bash
# Runs the tests and 100 simulated nodes under ASan and UBSan (asan); or the concurrent tests and a
# loaded server under TSan (tsan).
set -euo pipefail
cd "$(dirname "$0")/.."
case "$1" in
    asan)
        LOGWOOD_PRESET=asan tools/test.sh -LE process
        build/asan/tests/simulate --seeds 100
        ;;
    tsan)
        concurrent=(async http log store digest search)
        cmake --preset tsan >/dev/null
        ninja -C build/tsan -j "$(nproc)" logwood "${concurrent[@]/%/_test}"
        ctest --test-dir build/tsan --output-on-failure -R "^($(IFS='|'; echo "${concurrent[*]}"))\$"
        tests/process/concurrent_load.py --binary build/tsan/logwood
        ;;
    *) echo "usage: sanitize.sh asan|tsan" >&2; exit 2 ;;
esac
