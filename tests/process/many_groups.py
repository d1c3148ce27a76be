#!/usr/bin/env python3
"""Groups by far more keys than fit into a query's memory, and compares with what was sent.

Prints what the query cost as JSON. Too long for every run of the tests: by hand."""
import argparse
import collections
import json
import os
import re
import shutil
import sys
import tempfile
import time

from server import Server

REPO = "groups"
OFTEN = 1000  # Keys that come more than once: the k-th k + 1 times more.


def keys_of(count):
    """Every key once, in an order that scatters them, and some of them again and again."""
    step = 7919 * 104729
    for i in range(count):
        yield (i * step) % count
    for key in range(OFTEN):
        for _ in range(key + 1):
            yield key


def write_events(path, count):
    """Writes the events; gives count and sum of `n` by key, of the keys that come often."""
    counts, sums = collections.Counter(), collections.Counter()
    with open(path, "w", encoding="utf-8") as file:
        for number, key in enumerate(keys_of(count)):
            n = number % 10
            file.write(f'{{"@timestamp":{1_700_000_000_000 + number // 1000},'
                       f'"k":"user-{key:08}","n":{n}}}\n')
            if key < OFTEN:
                counts[key] += 1
                sums[key] += n
    return counts, sums


def memory(pid, name):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(rf"{name}:\s+(\d+) kB", file.read())[1]) * 1024


def cpu_s(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask(server, query):
    """The rows, the seconds and CPU-seconds they took, and what the server's memory grew by."""
    pid = server.process.pid
    with open(f"/proc/{pid}/clear_refs", "w", encoding="utf-8") as file:
        file.write("5")  # The peak begins anew.
    before, cpu, start = memory(pid, "VmRSS"), cpu_s(pid), time.monotonic()
    done = server.cli("search", REPO, query, "--start", "0", "--format", "json", "--all",
                      timeout_s=600)
    if done.returncode:
        raise RuntimeError(f"{query}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return rows, {"query": query, "rows": len(rows), "s": round(time.monotonic() - start, 2),
                  "cpu_s": round(cpu_s(pid) - cpu, 2),
                  "memory_mb": round((memory(pid, "VmHWM") - before) / 1e6),
                  "peak_mb": round(memory(pid, "VmHWM") / 1e6)}


def check(server, counts, sums, keys):
    rows, cost = ask(server, f"groupBy(k, function=[count(), sum(n)], limit={OFTEN // 2})")
    score = {key: counts[key] + sums[key] for key in counts}
    best = sorted(sorted(score, key=lambda key: (-score[key], key))[:OFTEN // 2])
    expected = [(f"user-{key:08}", counts[key], sums[key]) for key in best]
    found = [(row["k"], int(row["_count"]), int(float(row["_sum"]))) for row in rows]
    cost["right"] = found == expected
    print(json.dumps(cost), flush=True)
    total, cost_of_count = ask(server, "count(k, distinct=true)")
    cost_of_count["off_by"] = round(int(total[0]["_count"]) / keys - 1, 4)
    print(json.dumps(cost_of_count), flush=True)
    return cost["right"] and not os.listdir(os.path.join(server.data, "spill"))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--binary", required=True)
    options.add_argument("--keys", type=int, default=5_000_000)
    arguments = options.parse_args()
    base = tempfile.mkdtemp(prefix="logwood-groups-")
    server = Server(os.path.abspath(arguments.binary), os.path.join(base, "data"),
                    os.path.join(base, "log"))
    try:
        events = os.path.join(base, "events.ndjson")
        counts, sums = write_events(events, arguments.keys)
        server.start()
        server.create_repo(REPO)
        done = server.cli("ingest", REPO, "--parser", "json", events, timeout_s=600)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return 0 if check(server, counts, sums, arguments.keys) else 1
    finally:
        server.kill()
        shutil.rmtree(base)


if __name__ == "__main__":
    sys.exit(main())
