#!/usr/bin/env python3
"""Measures a node as a black box: size on disk, CPU, memory and latency of ingest over HTTP, and
the queries of queries.py, each answer compared with an oracle's.

Writes OUT/results.json and OUT/table.md. Needs the corpora; says so and ends when they are not
there."""
import argparse
import datetime
import json
import os
import platform
import re
import sys

import paths
import loads
import page
import peers
import runs
from corpora import ROOT, require_corpora, unpack
from node import Node
from oracle import Oracle
from queries import QUERIES
from sections import bytes_on_disk


def machine():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.+)", file.read())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {"cpu": model[1] if model else platform.machine(), "processors": os.cpu_count(),
            "memory_gb": round(memory), "kernel": platform.release(),
            "load_at_start": os.getloadavg()[0]}


def log(text):
    print(text, flush=True)


def unpacked(name):
    path = os.path.join(ARGS.out, f"{name}.ndjson")
    if not os.path.exists(path):
        unpack(f"logs/{name}.ndjson.zst", ARGS.out)
        if not os.path.getsize(path):
            os.remove(path)
            raise RuntimeError(f"{name} was not unpacked")
    return path


def oracle_of(name, path, queries):
    oracle = Oracle(path, os.path.join(ROOT, "logs", f"{name}.ndjson.zst"), ARGS.out)
    wanted = [(query, interval) for query in queries
              for interval in (oracle.interval, oracle.narrow)]
    oracle.compute(wanted)
    return oracle


def measure_set(name):
    path = unpacked(name)
    queries = [query for query in QUERIES[name] if re.search(ARGS.only, query.name)]
    log(f"{name}: computing what is expected")
    oracle = oracle_of(name, path, queries)
    samples = os.path.join(ARGS.out, "perf.data")
    with Node(ARGS.binary) as node:
        one = loads.load(node, path, samples)
        log(f"{name}: {json.dumps(one)}")
        one["rss_mb_load"] = one["rss_mb_max"]
        one["bytes"], one["field_bytes"] = bytes_on_disk(node.data)
        one["queries"] = runs.measure(node, queries, oracle, log)
        one["rss_mb_max"] = max(one["rss_mb_load"], node.peak_rss() / 1e6)
        asked = [query for query in queries if "refused" not in one["queries"][query.name]]
        one["page_cache"] = next((result["cold"]["page_cache"] for result in
                                  one["queries"].values() if "cold" in result), "n/a")
        one["concurrent"] = runs.concurrently(node, asked, oracle)
        for query in asked:
            result, best = one["queries"][query.name], peers.best(name, query.peer)
            result["peer"] = query.peer
            if best and result["cpu_s"] > best:
                result["profile"] = runs.profile(node, query, oracle.interval, samples)
    if ARGS.seconds:
        one |= loads.latency(ARGS.binary, path, ARGS.seconds)
    return one


def main():
    os.makedirs(ARGS.out, exist_ok=True)
    results = {"date": datetime.date.today().isoformat(), "machine": machine(), "sets": {}}
    for name in ARGS.sets or QUERIES:
        results["sets"][name] = measure_set(name)
    with open(os.path.join(ARGS.out, "results.json"), "w") as file:
        json.dump(results, file, indent=1)
    text = page.markdown(results)
    with open(os.path.join(ARGS.out, "table.md"), "w") as file:
        file.write(text)
    log(text)
    missed = list(page.misses(results))
    for each in missed:
        log(f"MISSED: {each}")
    return 1 if missed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=os.path.join(paths.SOURCE, "build/release/logwood"))
    parser.add_argument("--out", default=os.path.join(paths.SOURCE, "build/bench"))
    parser.add_argument("--seconds", type=float, default=30, help="of the latency run, 0 = none")
    parser.add_argument("--sets", nargs="*", choices=QUERIES, help="not all")
    parser.add_argument("--only", default="", help="queries whose names this expression finds")
    ARGS = parser.parse_args()
    require_corpora()
    sys.exit(main())
