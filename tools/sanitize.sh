#!/usr/bin/env bash
# Runs the tests under ASan and UBSan (asan), or the concurrent ones under TSan (tsan).
set -euo pipefail
cd "$(dirname "$0")/.."
case "$1" in
    asan) LOGWOOD_PRESET=asan tools/test.sh -LE process ;;
    tsan) LOGWOOD_PRESET=tsan tools/test.sh -R '^(async|http|search|digest|store|log|server)$' ;;
    *) echo "usage: sanitize.sh asan|tsan" >&2; exit 2 ;;
esac
