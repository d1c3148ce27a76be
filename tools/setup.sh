#!/usr/bin/env bash
# Installs what builds and tests need from Debian 12's own packages. Does nothing when all is there.
set -euo pipefail

packages=(
    # toolchain
    clang-19 clang-tidy-19 clang-format-19 lld-19 llvm-19 libclang-rt-19-dev mold ccache cmake
    ninja-build pkg-config git python3 ca-certificates
    # libraries
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libre2-dev libpcre2-dev
    libmaxminddb-dev libvectorscan-dev libsimdjson-dev libfmt-dev libspdlog-dev libcli11-dev
    libprotobuf-dev protobuf-compiler libxxhash-dev libhowardhinnant-date-dev libzstd-dev liblz4-dev
    zlib1g-dev libsnappy-dev libssl-dev libexpat1-dev prometheus-cpp-dev libyaml-cpp-dev
    libgtest-dev libgmock-dev libbenchmark-dev tzdata
    # tests and benchmarks: files, loop devices, independent oracles
    zstd jq ripgrep curl xfsprogs e2fsprogs procps
    # tests with real senders of syslog and journals
    rsyslog systemd-journal-remote bsdutils python3-venv
    # tests of completion
    zsh fish
)

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
        missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "setup: these packages are missing, and installing them needs root: ${missing[*]}" >&2
    exit 1
fi
echo "setup: installing ${#missing[@]} packages (log: /tmp/logwood-setup.log)"
export DEBIAN_FRONTEND=noninteractive
{
    apt-get update
    apt-get install -y --no-install-recommends "${missing[@]}"
} >/tmp/logwood-setup.log 2>&1 || {
    tail -n 20 /tmp/logwood-setup.log >&2
    exit 1
}
