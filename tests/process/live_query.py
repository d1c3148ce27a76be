#!/usr/bin/env python3
"""Live queries of a real server, by HTTP: events come in while checkpoints and merges do not rest,
and each poll after an acknowledgement must show exactly what was sent so far. Queries that start in
the middle, late and early events, events whose time is still to come, cancelling and refusals.

  live_query.py --binary build/release/logwood"""
import argparse
import collections
import json
import pathlib
import random
import shutil
import sys
import tempfile
import time

from server import Asker, Refused, Server, is_complete

REPO = "live"
ROUNDS = 60
WINDOW_S = 600
BUSY = {"LOGWOOD_CHECKPOINT_INTERVAL_MS": "100", "FLUSH_BLOCK_SECONDS": "1",
        "LOGWOOD_MERGE_INPUTS_MIN": "3", "LOGWOOD_MERGE_INTERVAL_MS": "100",
        "LOGWOOD_DELETION_GRACE_MS": "200"}
LEVELS = ["info", "warn", "error"]


class Sent:
    """What was acknowledged: (time in ms, level, number)."""

    def __init__(self, asker):
        self.asker, self.events = asker, []

    def send(self, times):
        events = [(t, random.choice(LEVELS), len(self.events) + i) for i, t in enumerate(times)]
        body = [{"tags": {"host": f"h{random.randrange(3)}"},
                 "events": [{"timestamp": t, "attributes": {"level": level, "n": number}}
                            for t, level, number in events]}]
        self.asker.request("POST", f"/api/v1/repositories/{REPO}/ingest", json.dumps(body))
        self.events += events

    def within(self, meta):
        return [e for e in self.events if meta["queryStart"] <= e[0] < meta["queryEnd"]]


class LiveJob:
    def __init__(self, asker, query, start=f"{WINDOW_S}s"):
        self.asker, self.query = asker, query
        job = asker.request("POST", asker.jobs, json.dumps(
            {"queryString": query, "start": start, "isLive": True}))
        self.path = f"{asker.jobs}/{job['id']}"

    def poll(self):
        """A poll after the history is in; it must not lack anything."""
        deadline = time.monotonic() + 30
        while not (answer := self.asker.request("GET", self.path))["done"]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"`{self.query}` never had its history")
            time.sleep(0.02)
        if not is_complete(answer) or answer["warnings"]:
            raise RuntimeError(f"`{self.query}` is not complete: {answer['warnings']}")
        return answer


def check_count(sent, answer):
    expected = len(sent.within(answer["metaData"]))
    assert answer["events"] == [{"_count": str(expected)}], (answer["events"], expected)


def check_groups(sent, answer):
    expected = collections.Counter(level for _, level, _ in sent.within(answer["metaData"]))
    found = {row["level"]: int(row["_count"]) for row in answer["events"]}
    assert found == expected, (found, expected)


def check_tail(sent, answer):
    newest = sorted(sent.within(answer["metaData"]), key=lambda e: -e[0])[:200]
    found = [row["@timestamp"] for row in answer["events"]]
    assert found == [t for t, _, _ in newest], "the newest 200 events"


def check_sum(sent, answer):
    expected = sum(n for _, level, n in sent.within(answer["metaData"]) if level == "error")
    found = int(float(answer["events"][0].get("_sum", 0)))
    assert found == expected, (found, expected)


CHECKS = {"count()": check_count, "groupBy(level)": check_groups, "": check_tail,
          "level=error | sum(n)": check_sum}


def some_times():
    now = int(time.time() * 1000)
    times = [now - random.randrange(3000) for _ in range(random.randrange(1, 40))]
    times += [now - random.randrange(2 * WINDOW_S * 1000) for _ in range(random.randrange(3))]
    times += [now + random.randrange(4000) for _ in range(random.randrange(3))]
    # Each time once, so that the order of the newest is known.
    return sorted(set(times))


def refusals(asker):
    for body in ({"start": 0}, {"start": "1d@d"}, {"end": "5m"}, {"around": {"eventId": "x"}}):
        try:
            asker.request("POST", asker.jobs,
                          json.dumps({"queryString": "*", "isLive": True, **body}))
        except Refused as refused:
            assert refused.status == 400, (body, refused)
        else:
            raise RuntimeError(f"a live query was taken with {body}")


def run(server, asker):
    sent = Sent(asker)
    used = set()
    jobs = [(LiveJob(asker, query), check) for query, check in CHECKS.items()]
    for number in range(ROUNDS):
        times = [t for t in some_times() if t not in used]
        used.update(times)
        if times:
            sent.send(times)
        for job, check in jobs:
            check(sent, job.poll())
        if number % 15 == 7:
            query, check = random.choice(list(CHECKS.items()))
            jobs.append((LiveJob(asker, query), check))
        time.sleep(random.random() * 0.1)
    time.sleep(4.5)  # Now the times of all events have come.
    for job, check in jobs:
        answer = job.poll()
        check(sent, answer)
        meta = answer["metaData"]
        static = asker.request("POST", asker.jobs, json.dumps(
            {"queryString": job.query, "start": meta["queryStart"], "end": meta["queryEnd"]}))
        while not (other := asker.request("GET", f"{asker.jobs}/{static['id']}"))["done"]:
            time.sleep(0.02)
        key = (lambda row: json.dumps(row, sort_keys=True))
        assert sorted(answer["events"], key=key) == sorted(other["events"], key=key), job.query
    assert len(sent.events) > 500, "too few events to prove anything"
    asker.request("DELETE", jobs[0][0].path)
    try:
        asker.request("GET", jobs[0][0].path)
    except Refused as refused:
        assert refused.status == 404
    else:
        raise RuntimeError("a deleted job was polled")
    refusals(asker)
    metrics = server.metrics()
    checkpoints = metrics["logwood_digest_checkpoints_total"]
    assert checkpoints > 5, "too few checkpoints to prove anything"
    print(f"{len(sent.events)} events, {ROUNDS} rounds, {len(jobs)} live queries, "
          f"{checkpoints:.0f} checkpoints: every poll was exact")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    place = pathlib.Path(tempfile.mkdtemp(prefix="logwood-live-"))
    server = Server(str(arguments.binary), str(place / "data"), str(place / "log"), BUSY)
    try:
        server.start()
        server.create_repo(REPO)
        run(server, Asker(server, REPO))
        if server.stop() != 0:
            raise RuntimeError("the server ended badly")
    finally:
        server.kill()
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
