#!/usr/bin/env python3
"""Loads a server from all sides at once, for a program built with a sanitizer: the command line
ingests over its two connections, queries and exports run in loops, checkpoints and merges do not
rest; then SIGTERM. It fails when a process reports anything or ends badly, when an answer is
refused, when an event is missing at the end, or when nothing was checkpointed or merged.

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
PIECES = 12
ASKERS = 2
QUERIES = ["count()", "groupBy(EventID)", "audit", "EventID=4* | top(EventID)",
           "timeChart(EventID, function=count())"]
BUSY = {"LOGWOOD_CHECKPOINT_INTERVAL_MS": "300", "LOGWOOD_MERGE_INPUTS_MIN": "4",
        "LOGWOOD_MERGE_INTERVAL_MS": "100", "LOGWOOD_LOG_FILE_BYTES": str(1 << 20),
        "LOGWOOD_DELETION_GRACE_MS": "1000"}
REPORT = re.compile(r"(WARNING|ERROR): \w+Sanitizer|runtime error:")
WAIT_S = 60


def synthetic_lines():
    rng = random.Random(1)
    for number in itertools.count():
        yield json.dumps({"number": number, "EventID": rng.choice([4624, 4625, 4688, 5156]),
                          "message": f"audit of object {rng.randrange(1 << 40):x}" * 10}) + "\n"


def write_pieces(events, count, directory):
    """Deals the first lines that are not blank out to files; gives (paths, number of lines)."""
    source = open(events, encoding="utf-8", newline="\n") if events else synthetic_lines()
    lines = list(itertools.islice((line for line in source if line.strip()), count))
    paths = [directory / f"piece{i}.ndjson" for i in range(PIECES)]
    for i, path in enumerate(paths):
        path.write_text("".join(lines[i::PIECES]), encoding="utf-8", newline="\n")
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


def wait_for_more(server, series, than):
    deadline = time.monotonic() + WAIT_S
    while (value := server.metrics()[series]) <= than and time.monotonic() < deadline:
        time.sleep(0.05)
    return value


def feed(server, paths):
    """Ingests the files, a checkpoint after each; gives what was wrong."""
    wrong, checkpoints = [], 0
    for path in paths:
        done = server.cli("ingest", REPO, "--parser", "json", str(path), timeout_s=1800)
        if done.returncode != 0 or REPORT.search(done.stderr):
            wrong.append(f"ingest ended with {done.returncode}: {done.stderr[:4000]}")
        checkpoints = wait_for_more(server, "logwood_digest_checkpoints_total", checkpoints)
    wait_for_more(server, "logwood_merge_merges_total", 0)
    return wrong


def load(server, paths, count):
    """Gives (what is wrong, figures)."""
    server.create_repo(REPO)
    stop = threading.Event()
    with ThreadPoolExecutor(ASKERS + 1) as pool:
        askers = [pool.submit(ask_until, stop, server, i) for i in range(ASKERS)]
        exporter = pool.submit(export_until, stop, server)
        try:
            wrong = feed(server, paths)
        finally:
            stop.set()
        figures = {"queries": sum(asker.result() for asker in askers),
                   "exports": exporter.result()}
    metrics = server.metrics()
    for name in ("digest_checkpoints", "merge_merges"):
        figures[name] = int(metrics[f"logwood_{name}_total"])
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
        paths, count = write_pieces(arguments.events, arguments.lines, directory)
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
