#!/usr/bin/env bash
# Kills, failpoints and power cuts of a loaded server: ROUNDS (default 50) of each kind, then every
# mutant, which must be noticed. Prints a JSON object for each run.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-50}
cmake --preset release >/dev/null
ninja -C build/release -j "$(nproc)" logwood_failpoints

crash() {
    local status=0
    tests/crash/crash.py "$@" --binary build/release/logwood_failpoints || status=$?
    [ $status -eq 77 ] || [ $status -eq 0 ] || exit $status
}
crash kill --rounds "$rounds"
crash kill --rounds "$rounds" --failpoints
for filesystem in ext4 xfs; do
    crash powercut --rounds "$rounds" --filesystem $filesystem
    crash powercut --rounds "$rounds" --filesystem $filesystem --disks 2
    crash powercut --rounds "$rounds" --filesystem $filesystem --failpoints
done
for mutant in nofsync_file nofsync_dir ack_before_fsync; do
    crash powercut --rounds 20 --disks 2 --mutant $mutant
done
