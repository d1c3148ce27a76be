"""Measures the way in: a load as fast as it goes, and a steady one for its latencies."""
import concurrent.futures
import datetime
import http.client
import json
import os
import threading
import time

from node import REPO, Node, Profile

RATE, BATCH_BYTES, SENDERS, PROBE_S = 20e6, 1 << 20, 4, 0.1
PROBES = 10
DELETED_AFTER_S = 8  # The sweeper looks every 5 s for what was replaced.


def load(node, path, samples):
    """Ingests a file over HTTP as fast as the server takes it, and waits until it is merged."""
    raw = os.path.getsize(path)
    with Profile(node.server.process.pid, samples) as profile:
        started, cpu_before = time.monotonic(), node.cpu_s()
        done = node.server.cli("ingest", REPO, "--parser", "json", path, timeout_s=3600)
        if done.returncode:
            raise RuntimeError(f"{path} was not ingested: {done.stderr}")
        acked_s, acked_cpu_s = time.monotonic() - started, node.cpu_s() - cpu_before
        metrics = node.wait_merged()
        cpu_s, rss = node.cpu_s() - cpu_before, node.peak_rss()
        time.sleep(DELETED_AFTER_S)
    stored = metrics['logwood_segments_stored_bytes{kind="merged"}']
    minis = metrics["logwood_digest_checkpoint_bytes_total"]
    return {"raw_bytes": raw, "events": int(metrics['logwood_segments_rows{kind="merged"}']),
            "stored_bytes": int(stored), "ratio": raw / stored, "mini_to_merged": minis / stored,
            "acked_s": acked_s, "ack_cpu_s": acked_cpu_s, "ingest_cpu_s": cpu_s,
            "ingest_mb_per_cpu_s": raw / 1e6 / cpu_s, "rss_mb_max": rss / 1e6,
            "profile": profile.top_ten()}


class Client:
    """A kept connection; for one thread."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(self, path, body):
        self.connection.request("POST", f"/api/v1/repositories/{REPO}/{path}", body,
                                {"Content-Type": "application/json",
                                 "Accept": "application/x-ndjson"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {text[:300]!r}")
        return text

    def send(self, lines):
        self.post("ingest-messages", json.dumps([{"type": "json", "messages": lines}]))


def batches(path):
    with open(path, encoding="utf-8", errors="replace", newline="\n") as file:
        while lines := file.readlines(BATCH_BYTES):
            yield [line.rstrip("\n") for line in lines]


def probe(number, stop, port, found_after):
    """Sends lines of its own, one every PROBE_S over all probes, and asks until each is found."""
    client = Client(port)
    at = time.monotonic() + number * PROBE_S
    while not stop.wait(max(0, at - time.monotonic())):
        now = datetime.datetime.now(datetime.timezone.utc)
        mark = f"probe{time.monotonic_ns()}"
        client.send([json.dumps({"@timestamp": now.isoformat(), "mark": mark})])
        acked = time.monotonic()
        start = int(now.timestamp() * 1000) - 1000
        query = json.dumps({"queryString": f"mark={mark}", "start": start, "end": start + 600_000})
        while mark.encode() not in client.post("query", query):
            time.sleep(0.005)
        found_after.append(time.monotonic() - acked)
        at = max(at + PROBES * PROBE_S, time.monotonic())


def latency(binary, path, seconds):
    """Ingests at RATE while single lines are sent and looked for. An acknowledgement's latency
    counts from when its batch was due, so that a late client does not hide a slow server."""
    acks, found_after, stop = [], [], threading.Event()
    local = threading.local()

    def send(lines, due):
        if not hasattr(local, "client"):
            local.client = Client(node.server.port)
        local.client.send(lines)
        acks.append(time.monotonic() - due)

    with Node(binary) as node, concurrent.futures.ThreadPoolExecutor(PROBES + SENDERS) as pool:
        probes = [pool.submit(probe, i, stop, node.server.port, found_after) for i in range(PROBES)]
        started, sent, sends = time.monotonic(), 0, []
        try:
            for lines in batches(path):
                due = started + sent / RATE
                if due - started > seconds:
                    break
                time.sleep(max(0, due - time.monotonic()))
                sends.append(pool.submit(send, lines, due))
                sent += sum(len(line) + 1 for line in lines)
            for each in sends:
                each.result()
            took = time.monotonic() - started
        finally:
            stop.set()
        for each in probes:
            each.result()
        cpu_s = node.cpu_s()
    return {"latency_mb_per_s": sent / 1e6 / took, "latency_seconds": took,
            "latency_cpu_s": cpu_s, "ack_ms": percentiles(acks),
            "searchable_ms": percentiles(found_after)}


def percentiles(seconds):
    ordered = sorted(seconds)
    at = {name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000
          for name, share in (("p50", .5), ("p99", .99), ("max", 1))}
    return {"count": len(ordered)} | at
