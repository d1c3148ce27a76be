#!/usr/bin/env python3
"""Loads a server from all sides at once, for a program built with a sanitizer: two ingesting command
lines, queries and exports, checkpoints and merges, then SIGTERM. It fails when a process reports
anything or ends badly, when an answer is refused, or when an event is missing at the end.

  concurrent_load.py --binary build/tsan/logwood [--events FILE.ndjson] [--lines 20000]"""
import argparse
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from server import Asker, Server

REPO = "load"
FEEDERS = 2
QUERIES = ["count()", "groupBy(EventID)", "audit", "EventID=4* | top(EventID)",
           "timeChart(EventID, function=count())"]
BUSY = {"LOGWOOD_CHECKPOINT_INTERVAL_MS": "300", "LOGWOOD_MERGE_INPUTS_MIN": "4",
        "LOGWOOD_MERGE_INTERVAL_MS": "100", "LOGWOOD_LOG_FILE_BYTES": str(1 << 20),
        "LOGWOOD_DELETION_GRACE_MS": "1000"}
REPORT = re.compile(r"(WARNING|ERROR): \w+Sanitizer|runtime error:")
MERGES_WAIT_S = 60


def synthetic_lines():
    rng = random.Random(1)
    for number in itertools.count():
        yield json.dumps({"number": number, "EventID": rng.choice([4624, 4625, 4688, 5156]),
                          "message": f"audit of object {rng.randrange(1 << 40):x}" * 10}) + "\n"


def write_feeds(events, count, directory):
    """Deals the first lines out to one file a feeder; gives (paths, number of lines)."""
    source = open(events, encoding="utf-8", newline="\n") if events else synthetic_lines()
    lines = list(itertools.islice(source, count))
    paths = [directory / f"feed{i}.ndjson" for i in range(FEEDERS)]
    for i, path in enumerate(paths):
        path.write_text("".join(lines[i::FEEDERS]), encoding="utf-8", newline="\n")
    return paths, len(lines)


def ask_until(stop, server, first):
    """Runs query jobs until told to stop; gives how many ended."""
    asker, asked = Asker(server, REPO), 0
    for query in itertools.cycle(QUERIES[first:] + QUERIES[:first]):
        if stop.is_set():
            break
        asker.ask(query)
        asked += 1
    asker.close()
    return asked


def export_until(stop, server):
    """Streams all events until told to stop, breaking every second stream off."""
    exports = 0
    while not stop.is_set():
        rows = server.stream(REPO, "*")
        wanted = 100 if exports % 2 else None
        for _ in itertools.islice(rows, wanted):
            pass
        rows.close()
        exports += 1
    return exports


def feed(server, path):
    done = server.cli("ingest", REPO, "--parser", "json", str(path), timeout_s=1800)
    return done.returncode, done.stderr


def wait_for_merges(server):
    deadline = time.monotonic() + MERGES_WAIT_S
    while time.monotonic() < deadline:
        if server.metrics()["logwood_merge_merges_total"] >= 1:
            return
        time.sleep(0.2)


def load(server, paths, count):
    """Gives (what is wrong, figures)."""
    server.create_repo(REPO)
    stop = threading.Event()
    with ThreadPoolExecutor(FEEDERS + 3) as pool:
        askers = [pool.submit(ask_until, stop, server, i) for i in range(2)]
        exporter = pool.submit(export_until, stop, server)
        try:
            fed = list(pool.map(lambda path: feed(server, path), paths))
            wait_for_merges(server)
        finally:
            stop.set()
        figures = {"queries": sum(asker.result() for asker in askers),
                   "exports": exporter.result()}
    metrics = server.metrics()
    for name in ("digest_checkpoints", "merge_merges"):
        figures[name] = int(metrics[f"logwood_{name}_total"])
    wrong = [f"ingest ended with {code}: {text[:2000]}" for code, text in fed
             if code != 0 or REPORT.search(text)]
    figures["events"] = Asker(server, REPO).count("*")
    if figures["events"] != count:
        wrong.append(f"{count} events were sent, {figures['events']} found")
    wrong += [f"no {name}" for name, value in figures.items() if value == 0]
    return wrong, figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--events")
    parser.add_argument("--lines", type=int, default=20000)
    arguments = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="logwood-load-"))
    log_path = directory / "server.log"
    server = Server(os.path.abspath(arguments.binary), str(directory / "data"), log_path, BUSY)
    started = time.monotonic()
    try:
        paths, count = write_feeds(arguments.events, arguments.lines, directory)
        server.start(timeout_s=120)
        wrong, figures = load(server, paths, count)
        code = server.stop(timeout_s=120)
        if code != 0:
            wrong.append(f"the server ended with {code}")
    finally:
        server.kill()
    text = log_path.read_text(errors="replace")
    if report := REPORT.search(text):
        wrong.append(text[report.start():][:8000])
    print("\n".join(wrong), file=sys.stderr)
    print(json.dumps({**figures, "seconds": round(time.monotonic() - started, 1),
                      "wrong": len(wrong)}))
    if wrong:
        return f"see {directory}"
    shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
