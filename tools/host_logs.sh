#!/usr/bin/env bash
# Loads this machine's own logs into the repository `host`, once: the journal of the last day, and
# the ends of the files in /var/log that the user may read. #type names the source.
# usage: host_logs.sh LOGWOOD ADDRESS
set -euo pipefail
logwood=$1 address=$2
# So that a first start stays quick, and small on disk.
journal_entries=20000 file_bytes=10000000 files_max=20

zone=$(cat /etc/timezone 2>/dev/null || readlink /etc/localtime | sed 's#.*/zoneinfo/##' || true)
[[ $zone =~ ^[A-Za-z0-9_+/-]+$ ]] || zone=UTC

put_parser() { # name, script as the inside of a JSON string
    curl -sf -o /dev/null -X PUT "$address/api/v1/repositories/host/parsers/$1" \
        -H 'Content-Type: application/json' -d "{\"script\":\"$2\"}"
}

journal_is_there() { journalctl -q -o json -n 1 2>/dev/null | grep -q .; }

load_journal() {
    local ms='regex(\"^(?<ms>\\\\d{13})\", field=__REALTIME_TIMESTAMP)'
    local time='parseTimestamp(\"millis\", field=ms, timezone=\"UTC\")'
    put_parser journal "parseJson() | $ms | $time | drop([ms])"
    journalctl -q -o json --since=-24h -n $journal_entries |
        "$logwood" ingest host - --parser journal --address "$address"
}

load_file() {
    local name
    name=$(basename "$1" .log | tr -c 'A-Za-z0-9\n' '_')
    put_parser "$name" \
        "findTimestamp(timezone=\\\"$zone\\\", addErrors=false) | kvParse()"
    # The first line of a part of a file is a part of a line.
    { if [ "$(stat -c %s "$1")" -gt $file_bytes ]; then tail -c $file_bytes "$1" | tail -n +2
      else cat "$1"; fi; } | "$logwood" ingest host - --parser "$name" --address "$address"
}

"$logwood" repo create host --address "$address" >/dev/null
in_journal=' '
if journal_is_there; then
    echo -n 'journal: '
    load_journal 2>&1
    in_journal=' syslog messages auth.log kern.log daemon.log user.log cron.log '
fi
count=0
for file in /var/log/*.log /var/log/syslog /var/log/messages; do
    [[ $in_journal == *" $(basename "$file") "* ]] && continue
    [ -f "$file" ] && [ -s "$file" ] || continue
    if [ ! -r "$file" ]; then
        echo "$file: may not be read by $(id -un)"
        continue
    fi
    grep -qI . "$file" || continue
    [ $((count += 1)) -le $files_max ] || break
    echo -n "$file: "
    load_file "$file" 2>&1
done
