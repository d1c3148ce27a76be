#!/usr/bin/env python3
"""Queries that ask for too much (hostile_texts.py), many at once, beside a client that behaves well.

Each must be refused with a text (4xx), stopped with a warning, or end; one that still runs when its
time is up is deleted, and the server must then be idle soon. All the while another client counts
the events of a small repository and ingests some: each of its requests is answered, and none waits
longer than a very generous bound. The server's memory stays bounded, and it lives.

  hostile_queries.py --binary build/release/logwood [--slice] [--alone] [NAME...]

--slice is what the tests of every run take. --alone runs one after the other and prints what each
costs. Names are of classes or queries."""
import argparse
import collections
import concurrent.futures
import http.client
import itertools
import json
import os
import random
import re
import shutil
import sys
import tempfile
import threading
import time

import hostile_texts
from server import Asker, Refused, Server, far_future_ms

BIG, SMALL = "big", "small"
SMALL_EVENTS = 500
MEMORY_MAX = 6 << 30
QUERY_WAIT_MAX_S, ACK_WAIT_MAX_S = 30, 20
IDLE_WITHIN_S = 60

Hostile = collections.namedtuple("Hostile", "name text start end", defaults=(0, None))


def all_queries():
    found = [Hostile(f"{of_class}: {name}", text) for of_class, texts in
             hostile_texts.CLASSES.items() for name, text in texts.items()]
    return found + [Hostile(f"intervals: {name}", "timeChart(span=1s)", start, end)
                    for name, start, end in hostile_texts.INTERVALS]


def memory(pid, name="VmRSS"):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(rf"{name}:\s+(\d+) kB", file.read())[1]) * 1024


def forget_peak(pid):
    with open(f"/proc/{pid}/clear_refs", "w", encoding="utf-8") as file:
        file.write("5")


def cpu_s(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until_idle(server):
    """Seconds until the server hardly uses the CPU, and what is wrong with that."""
    start = time.monotonic()
    while time.monotonic() - start < IDLE_WITHIN_S:
        before = cpu_s(server.process.pid)
        time.sleep(0.5)
        if cpu_s(server.process.pid) - before < 0.15:
            return round(time.monotonic() - start, 1), []
    return IDLE_WITHIN_S, [f"the server is busy {IDLE_WITHIN_S} s after the queries were deleted"]


class Probe(threading.Thread):
    """A client that behaves well: one request after the other, and what each waited."""

    def __init__(self, what, request, wait_max_s):
        super().__init__(daemon=True)
        self.what, self.request, self.wait_max_s = what, request, wait_max_s
        self.waits, self.problems, self.ends = [], [], threading.Event()

    def run(self):
        while not self.ends.is_set():
            start = time.monotonic()
            try:
                self.request()
            except (OSError, RuntimeError, http.client.HTTPException) as error:
                self.problems.append(f"{self.what}: {error!r} after "
                                     f"{time.monotonic() - start:.1f} s")
            self.waits.append(time.monotonic() - start)
            self.ends.wait(0.1)

    def finish(self):
        self.ends.set()
        self.join(120)
        if self.is_alive():
            return [f"{self.what}: not answered in 120 s"]
        if not self.waits:
            return [f"{self.what}: never asked"]
        late = [wait for wait in self.waits if wait > self.wait_max_s]
        return self.problems + ([f"{self.what}: {len(late)} of {len(self.waits)} waited more than "
                                 f"{self.wait_max_s} s, up to {max(late):.1f} s"] if late else [])

    def figures(self):
        waits = sorted(self.waits)
        part = {name: round(1000 * waits[min(int(len(waits) * share), len(waits) - 1)])
                for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1))}
        return {"requests": len(waits), **{f"{name}_ms": ms for name, ms in part.items()}}


class Probes:
    """Counts and ingests until it is left; `problems` and `figures` are of that time."""

    def __init__(self, server):
        self.asker = Asker(server, SMALL)
        self.asker.connection.timeout = 120
        path = f"/api/v1/repositories/{SMALL}/ingest-messages"
        body = json.dumps([{"messages": ["an event of a good client"]}])

        def count():
            if self.asker.count("number=*") != SMALL_EVENTS:
                raise RuntimeError("the count is wrong")

        def ingest():
            status, text = server.request("POST", path, body, timeout_s=120)
            if status != 200:
                raise RuntimeError(f"status {status}: {text[:200]!r}")
        self.probes = [Probe("count", count, QUERY_WAIT_MAX_S),
                       Probe("ingest", ingest, ACK_WAIT_MAX_S)]
        self.problems, self.figures = [], {}

    def __enter__(self):
        for probe in self.probes:
            probe.start()
        return self

    def __exit__(self, *_):
        for probe in self.probes:
            self.problems += probe.finish()
            self.figures[probe.what] = probe.figures()
        self.asker.close()


class Attack:
    """Sends hostile queries and judges what becomes of them."""

    def __init__(self, server, patience_s):
        self.server, self.patience_s = server, patience_s
        self.outcomes, self.problems = collections.Counter(), []
        self.jobs = f"/api/v1/repositories/{BIG}/queryjobs"

    def note(self, query, outcome, problem=None):
        self.outcomes[outcome] += 1
        if problem:
            self.problems.append(f"{query.name}: {problem}")
        return outcome

    def body_of(self, query):
        end = far_future_ms() if query.end is None else query.end
        return json.dumps({"queryString": query.text, "start": query.start, "end": end})

    def create(self, query):
        """The job's path, or None and why not."""
        status, text = self.server.request("POST", self.jobs, self.body_of(query),
                                           {"Content-Type": "application/json"}, timeout_s=120)
        if status == 200:
            return f"{self.jobs}/{json.loads(text)['id']}", None
        if status == 503:
            return None, self.note(query, "busy")
        problem = None
        if not 400 <= status < 500 or len(text) < 10 or len(text) > 20_000:
            problem = f"answered {status} {len(text)} bytes {text[:300]!r}"
        return None, self.note(query, "refused", problem)

    def poll(self, query, path):
        """What became of it; None while it runs."""
        status, text = self.server.request("GET", path, timeout_s=120)
        if status == 404:
            return self.note(query, "let go")
        if status != 200:
            return self.note(query, "wrong", f"poll answered {status} {text[:300]!r}")
        answer = json.loads(text)
        if not answer["done"]:
            return None
        self.server.request("DELETE", path)
        if not answer["cancelled"]:
            return self.note(query, "done")
        problem = None if answer["warnings"] else "stopped without a warning"
        return self.note(query, "stopped", problem)

    def run(self, query):
        """From the query to its end, or until its time is up."""
        try:
            return self.run_to_end(query)
        except (OSError, http.client.HTTPException) as error:
            return self.note(query, "unanswered", repr(error))

    def run_to_end(self, query):
        path, outcome = self.create(query)
        deadline = time.monotonic() + self.patience_s
        while path and time.monotonic() < deadline:
            if outcome := self.poll(query, path):
                return outcome
            time.sleep(0.05)
        if path:
            self.server.request("DELETE", path, timeout_s=120)
            outcome = self.note(query, "deleted")
        return outcome

    def run_many(self, queries, at_once):
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self.run, queries))

    def storm(self, queries, jobs, seconds):
        """As many jobs at once as it gets, each polled now and then."""
        running, deadline = {}, time.monotonic() + seconds
        for query in itertools.islice(itertools.cycle(queries), jobs):
            path, _ = self.create(query)
            if path:
                running[path] = query
            if time.monotonic() > deadline:
                break
        most = len(running)
        while running and time.monotonic() < deadline:
            for path, query in list(running.items()):
                if self.poll(query, path):
                    del running[path]
                if time.monotonic() > deadline:
                    break
        for path, query in running.items():
            self.server.request("DELETE", path, timeout_s=120)
            self.note(query, "deleted")
        return most

    def export_slowly(self, query):
        """Asks for all rows and reads hardly any of them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        try:
            connection.request("POST", f"/api/v1/repositories/{BIG}/query", self.body_of(query),
                               {"Content-Type": "application/json",
                                "Accept": "application/x-ndjson"})
            answer = connection.getresponse()
            deadline = time.monotonic() + self.patience_s
            while time.monotonic() < deadline and answer.read(4096):
                time.sleep(0.2)
            self.note(query, "exported" if answer.status == 200 else "busy"
                      if answer.status == 503 else "refused",
                      f"export answered {answer.status}" if answer.status in (500, 502) else None)
        except http.client.HTTPException:
            self.note(query, "broken off")
        finally:
            connection.close()


def ingest(server, repo, events, random_):
    path = f"/api/v1/repositories/{repo}/ingest-messages"
    made = iter(events)
    while batch := list(itertools.islice(made, 2_000)):
        messages = [json.dumps(event, ensure_ascii=False) for event in batch]
        status, text = server.request("POST", path, json.dumps(
            [{"type": "json", "messages": messages}]), timeout_s=120)
        if status != 200:
            raise Refused(status, "ingest", text)


def prepare(server, count):
    random_ = random.Random(1)
    for repo in (BIG, SMALL):
        server.create_repo(repo)
    ingest(server, SMALL, ({"number": i} for i in range(SMALL_EVENTS)), random_)
    ingest(server, BIG, hostile_texts.events(count, random_), random_)
    for name, text in hostile_texts.saved_queries().items():
        status, answer = server.request("PUT", f"/api/v1/repositories/{BIG}/savedqueries/{name}",
                                        json.dumps({"query": text}))
        if status != 200:
            raise Refused(status, f"saved query {name}", answer)
    for name, content in hostile_texts.lookup_files().items():
        body = (f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
                f"{content}\r\n--b--\r\n")
        status, answer = server.request("POST", f"/api/v1/repositories/{BIG}/files", body,
                                        {"Content-Type": "multipart/form-data; boundary=b"})
        if status != 200:
            raise Refused(status, f"file {name}", answer)


def run_alone(server, queries, patience_s):
    attack, pid = Attack(server, patience_s), server.process.pid
    for query in queries:
        forget_peak(pid)
        before, cpu, start = memory(pid), cpu_s(pid), time.monotonic()
        outcome = attack.run(query)
        took_s = time.monotonic() - start
        with Probes(server) as probes:
            idle_after_s, busy = wait_until_idle(server)
        print(json.dumps({"query": query.name, "outcome": outcome, "s": round(took_s, 2),
                          "idle_after_s": idle_after_s,
                          "cpu_s": round(cpu_s(pid) - cpu, 2),
                          "peak_mb": round((memory(pid, "VmHWM") - before) / 1e6),
                          "now_mb": round(memory(pid) / 1e6),
                          "count_max_ms": probes.figures["count"]["max_ms"],
                          "ingest_max_ms": probes.figures["ingest"]["max_ms"]}), flush=True)
        attack.problems += [f"{query.name}: {problem}" for problem in busy + probes.problems]
    return attack.problems


def run_together(server, queries, options):
    """Gives what was wrong; prints figures."""
    pid = server.process.pid
    with Probes(server) as calm:
        time.sleep(3 if options.slice else 15)
    attack = Attack(server, options.patience)
    forget_peak(pid)
    with Probes(server) as beside:
        attack.run_many(queries, options.at_once)
    print(json.dumps({"part": "at once", "outcomes": dict(attack.outcomes),
                      "peak_mb": round(memory(pid, "VmHWM") / 1e6)}), flush=True)
    storm = Attack(server, options.patience)
    admitted = [query for query in queries if len(query.text) < 50_000]
    with Probes(server) as in_storm:
        most = storm.storm(admitted, options.jobs, options.storm)
    print(json.dumps({"part": "storm", "jobs": most, "outcomes": dict(storm.outcomes),
                      "peak_mb": round(memory(pid, "VmHWM") / 1e6)}), flush=True)
    exports = Attack(server, options.patience)
    with Probes(server) as in_exports, concurrent.futures.ThreadPoolExecutor(20) as pool:
        chosen = [query for query in admitted if query.name in EXPORTED]
        list(pool.map(exports.export_slowly, chosen * 4))
    peak, (idle_after_s, busy) = memory(pid, "VmHWM"), wait_until_idle(server)
    print(json.dumps({"part": "exports", "outcomes": dict(exports.outcomes),
                      "peak_mb": round(peak / 1e6), "idle_after_s": idle_after_s}), flush=True)
    problems = attack.problems + storm.problems + exports.problems + busy
    for name, probes in (("calm", calm), ("at once", beside), ("storm", in_storm),
                         ("exports", in_exports)):
        print(json.dumps({"probes": name, **probes.figures}), flush=True)
        problems += [f"{name}: {problem}" for problem in probes.problems]
    if peak > MEMORY_MAX:
        problems.append(f"the server's memory reached {peak / 1e6:.0f} MB")
    return problems


EXPORTED = {"formats: width", "rows: many fields", "formats: joined", "rows: split",
            "regex: every letter", "memory: tail of all"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--slice", action="store_true")
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--events", type=int)
    parser.add_argument("--patience", type=float, help="seconds that a query may run")
    parser.add_argument("--at-once", type=int, default=12)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    options.events = options.events or (4_000 if options.slice else 40_000)
    options.patience = options.patience or (2 if options.slice else 20)
    options.jobs = options.jobs or (60 if options.slice else 1_100)
    options.storm = 6 if options.slice else 120
    queries = [query for query in all_queries() if not options.names or any(
        query.name.startswith(name) or query.name.endswith(f": {name}") for name in options.names)]
    base = tempfile.mkdtemp(prefix="logwood-hostile-")
    server = Server(os.path.abspath(options.binary), os.path.join(base, "data"),
                    os.path.join(base, "log"))
    try:
        server.start()
        prepare(server, options.events)
        if options.alone:
            problems = run_alone(server, queries, options.patience)
        else:
            problems = run_together(server, queries, options)
        if not server.is_running():
            problems.append("the server ended")
        for problem in problems[:30]:
            print(problem)
        print(f"hostile_queries: {len(problems)} problems with {len(queries)} queries")
        return 1 if problems else 0
    finally:
        if not server.is_running():
            sys.stdout.write(open(os.path.join(base, "log"), encoding="utf-8").read()[-3000:])
        server.kill()
        shutil.rmtree(base)


if __name__ == "__main__":
    sys.exit(main())
