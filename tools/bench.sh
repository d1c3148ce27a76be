#!/usr/bin/env bash
# Measures the release build: sizes, CPU, memory, latency. Skipped, and says so, without corpora.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/bench/main.py "$@" || { status=$?; [ $status = 77 ] || exit $status; }
