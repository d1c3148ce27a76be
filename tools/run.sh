#!/usr/bin/env bash
# Starts a node on 127.0.0.1:8080 with data in ./data, loads demo logs and this machine's own logs
# once (HOST_LOGS=no leaves those out), says what to try, and stays until Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
logwood=$PWD/build/release/logwood
address=http://127.0.0.1:8080
mkdir -p data

"$logwood" serve --data data --listen 127.0.0.1:8080 2>data/server.log &
server=$!
trap 'kill -TERM $server 2>/dev/null; wait $server' INT TERM EXIT
for _ in $(seq 300); do
    curl -sf -o /dev/null "$address/api/v1/is-node-up" && break
    if ! kill -0 $server 2>/dev/null; then
        echo "run: the server did not start; the end of data/server.log:" >&2
        tail -n 5 data/server.log >&2
        trap - EXIT
        exit 1
    fi
    sleep 0.1
done

if ! "$logwood" repo list | grep -qx demo; then
    "$logwood" repo create demo
    "$logwood" demo-logs --events 50000 | "$logwood" ingest demo - --parser json
fi
if [ "${HOST_LOGS:-yes}" = yes ] && ! "$logwood" repo list | grep -qx host; then
    echo "This machine's logs, into the repository host:"
    tools/host_logs.sh "$logwood" "$address" || echo "run: not all of them were loaded" >&2
fi

cat <<TEXT

Logwood serves $address; data and log are in ./data. Ctrl-C stops it. In another terminal:

  cd $PWD; export PATH=\$PWD/build/release:\$PATH

  logwood search demo 'level=ERROR | groupBy(service)'
  logwood search demo 'level=ERROR | tail(3)' --format text
  logwood search demo 'service=deployer | select([@timestamp, app, new_version, change])'
  logwood search host 'groupBy(#type)'

  logwood repo create mine
  echo '{"level":"INFO","message":"hello"}' | logwood ingest mine - --parser json
  logwood search mine 'hello'

  curl -s $address/api/v1/repositories/demo/query -H 'Content-Type: application/json' \\
    -d '{"queryString":"level=ERROR | count()"}' -H 'Accept: application/x-ndjson'
TEXT
wait $server
