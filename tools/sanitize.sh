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
        LOGWOOD_PRESET=tsan tools/test.sh -R '^(async|http|search|digest|store|log|server)$'
        tests/process/concurrent_load.py --binary build/tsan/logwood
        ;;
    *) echo "usage: sanitize.sh asan|tsan" >&2; exit 2 ;;
esac
