#!/usr/bin/env python3
"""Measures what live queries cost: N of them, of all kinds, while R MB/s come in. Prints the server's
CPU with and without them, and the time from the acknowledgement of an event to the first poll of a
live result that shows it, asked for without pause.

  live_load.py --binary build/release/logwood --queries 300 --rate 10 --seconds 40"""
import argparse
import http.client
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

from server import Asker, Server

REPO = "load"
SERVICES = [f"svc{i}" for i in range(40)]
WORDS = [f"{a}{b}" for a in ("order", "cart", "user", "stock", "mail", "pay") for b in range(60)]
BODY_BYTES = 500_000
BODIES = 24
SENDERS = 2
PROBE_EVERY_S = 0.25
TICKS = os.sysconf("SC_CLK_TCK")
SHAPES = [
    ("service={service} | count()", "1h"),
    ("service={service} status>=500 | groupBy(status)", "1h"),
    ("level=error | timeChart(service, span=1m)", "1h"),
    ("service={service} | avg(ms)", "5m"),
    ("service={service} | percentile(ms, percentiles=[50, 99])", "15m"),
    ("\"{word}\"", "24h"),
    ("service={service} level=warn", "1h"),
    ("path=/\\/{word}\\//i | top(user)", "1h"),
    ("#host={host} | groupBy(level)", "10m"),
    ("{word} status=404 | count()", "24h"),
]


def line(rng):
    word = rng.choice(WORDS)
    return (f"level={rng.choice(['info'] * 8 + ['warn', 'error'])} service={rng.choice(SERVICES)} "
            f"status={rng.choice([200] * 9 + [404, 500, 503])} ms={rng.randrange(3000)} "
            f"user=u{rng.randrange(5000)} path=/api/{word}/{rng.randrange(10**6)} "
            f"request={rng.randrange(1 << 60):x} message=\"handled {word} for the customer\"")


def make_bodies(rng):
    """Ready requests, and the raw bytes of each."""
    bodies = []
    for number in range(BODIES):
        lines, size = [], 0
        while size < BODY_BYTES:
            lines.append(line(rng))
            size += len(lines[-1])
        body = json.dumps([{"type": "kv", "tags": {"host": f"host{number % 6}"},
                            "messages": lines}])
        bodies.append((body.encode(), size))
    return bodies


class Ingest:
    """Sends bodies at a rate, from some threads."""

    def __init__(self, server, bodies, rate):
        self.server, self.bodies, self.rate = server, bodies, rate
        self.stop, self.sent, self.late_s = threading.Event(), 0, 0.0
        self.lock, self.begun = threading.Lock(), time.monotonic()
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(SENDERS)]
        for thread in self.threads:
            thread.start()

    def run(self, first):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        at = first
        while not self.stop.is_set():
            body, size = self.bodies[at % len(self.bodies)]
            at += SENDERS
            with self.lock:
                due = self.begun + self.sent / self.rate
                self.sent += size
            pause = due - time.monotonic()
            if pause > 0:
                self.stop.wait(pause)
            else:
                self.late_s = max(self.late_s, -pause)
            connection.request("POST", f"/api/v1/repositories/{REPO}/ingest-messages", body,
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"ingest answered {answer.status}")
        connection.close()

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def cpu_s(server):
    with open(f"/proc/{server.process.pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_mb(server):
    with open(f"/proc/{server.process.pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def create(asker, query, start):
    job = asker.request("POST", asker.jobs, json.dumps(
        {"queryString": query, "start": start, "isLive": True}))
    return f"{asker.jobs}/{job['id']}"


class Pollers:
    """Polls each job when its last answer said so; notes warnings and what was stopped."""

    def __init__(self, server, paths, every_s):
        self.server, self.every_s = server, every_s
        self.stop, self.polls, self.codes, self.stopped = threading.Event(), 0, {}, 0
        self.seconds = []
        self.thread = threading.Thread(target=self.run, args=(list(paths),))
        self.thread.start()

    def run(self, paths):
        asker = Asker(self.server, REPO)
        due = [(i * self.every_s / max(len(paths), 1), path) for i, path in enumerate(paths)]
        begun = time.monotonic()
        while not self.stop.is_set() and due:
            at, path = due.pop(0)
            self.stop.wait(max(0, at - (time.monotonic() - begun)))
            asked = time.monotonic()
            answer = asker.request("GET", path)
            self.seconds.append(time.monotonic() - asked)
            self.polls += 1
            for warning in answer["warnings"]:
                self.codes[warning["code"]] = self.codes.get(warning["code"], 0) + 1
            if answer["cancelled"]:
                self.stopped += 1
            else:
                due.append((at + self.every_s, path))
        asker.close()

    def end(self):
        self.stop.set()
        self.thread.join()


def probe(server, asker, seconds):
    """Sends an event at a time, and polls until it is seen; gives seconds from ack to sight."""
    path = create(asker, "probe=* | count()", "1h")
    seen, lags, body = 0, [], json.dumps([{"type": "kv", "messages": ["probe=1"]}])
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        asker.request("POST", f"/api/v1/repositories/{REPO}/ingest-messages", body)
        acknowledged = time.monotonic()
        while seen <= len(lags):
            answer = asker.request("GET", path)
            if answer["cancelled"]:
                raise RuntimeError(f"the probe was stopped: {answer['warnings']}")
            seen = int(answer["events"][0]["_count"]) if answer["events"] else 0
        lags.append(time.monotonic() - acknowledged)
        time.sleep(PROBE_EVERY_S)
    asker.request("DELETE", path)
    return sorted(lags)


def at(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] * 1000


def measure(server, asker, bodies, options, paths):
    ingest = Ingest(server, bodies, options.rate * 1e6)
    time.sleep(options.settle)
    pollers = Pollers(server, paths, options.poll_every)
    cpu, sent, begun = cpu_s(server), ingest.sent, time.monotonic()
    lags = probe(server, asker, options.seconds)
    took = time.monotonic() - begun
    cpu, sent = (cpu_s(server) - cpu) / took, (ingest.sent - sent) / took / 1e6
    pollers.end()
    ingest.end()
    waits = sorted(pollers.seconds) or [0]
    print(f"{len(paths):4} live queries: {sent:5.1f} MB/s in, at most {ingest.late_s:.1f} s late; "
          f"{cpu * 100:5.0f} % of a core, {rss_mb(server):.0f} MB resident; "
          f"ack to visible p50 {at(lags, 0.5):.0f} ms, p99 {at(lags, 0.99):.0f} ms "
          f"({len(lags)} probes); {pollers.polls / took:.0f} polls/s, p50 {at(waits, 0.5):.0f} ms, "
          f"p99 {at(waits, 0.99):.0f} ms; {pollers.stopped} stopped, warnings {pollers.codes}",
          flush=True)
    return cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--rate", type=float, default=10, help="MB/s of raw events")
    parser.add_argument("--seconds", type=float, default=30, help="for each of both measurements")
    parser.add_argument("--settle", type=float, default=5, help="seconds before a measurement")
    parser.add_argument("--poll-every", type=float, default=2.5, help="seconds, of each query")
    parser.add_argument("--port", type=int)
    options = parser.parse_args()
    rng = random.Random(1)
    bodies = make_bodies(rng)
    place = pathlib.Path(tempfile.mkdtemp(prefix="logwood-live-load-"))
    server = Server(str(options.binary), str(place / "data"), str(place / "log"))
    server.port = options.port or server.port
    try:
        server.start()
        server.create_repo(REPO)
        asker = Asker(server, REPO)
        without = measure(server, asker, bodies, options, [])
        paths = []
        for number in range(options.queries):
            query, start = SHAPES[number % len(SHAPES)]
            query = query.format(service=rng.choice(SERVICES), word=rng.choice(WORDS),
                                 host=f"host{rng.randrange(6)}")
            paths.append(create(asker, query, start))
        while not all(asker.request("GET", path)["done"] for path in paths):
            time.sleep(0.2)
        with_them = measure(server, asker, bodies, options, paths)
        print(f"the live queries cost {(with_them - without) * 100:.0f} % of a core")
        asker.close()
        server.stop()
    finally:
        server.kill()
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
