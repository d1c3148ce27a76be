#!/usr/bin/env bash
# Formats all sources, or with --check fails when one is not formatted.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(-i)
[ "${1:-}" = --check ] && mode=(--dry-run --Werror)
find src tests -name '*.cc' -print0 -o -name '*.h' -print0 |
    xargs -0 -r -P "$(nproc)" -n 20 clang-format-19 "${mode[@]}"
[ "${1:-}" = --check ] && echo "format: ok" || true
