#!/usr/bin/env python3
"""Asks without pause while events come in, checkpoints and merges run all the time, and the server
is stopped and killed again and again. Every complete answer must hold exactly the events below its
cut, each once, and all that were acknowledged before it was asked for."""
import array
import bisect
import collections
import http.client
import json
import random
import sys
import threading
import time

from corpora import Workplace, arguments
from ledger import Ledger, Load
from server import Asker, Refused, is_complete

BUSY = {"LOGWOOD_CHECKPOINT_INTERVAL_MS": "50", "LOGWOOD_MERGE_INPUTS_MIN": "2",
        "LOGWOOD_MERGE_INTERVAL_MS": "50", "LOGWOOD_DELETION_GRACE_MS": "100",
        "LOGWOOD_SNAPSHOT_EVERY_CHANGES": "20"}
REPO = "ledger"
ALL_IDS = 1_000_000
CLIENTS, CLIENT_PAUSE_S = 2, 0.01
# Answers without which a run proves nothing.
COMPLETE_MIN, RESTARTS_MIN, MERGES_MIN = 50, 4, 10
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
REPO_DIGITS, PARTITION_DIGITS = 22, 2


def place_of(event_id):
    """(partition, position), a position growing with the offset, then the index in the record."""
    digits, offset, index, _ = event_id.split("_")
    assert len(digits) == REPO_DIGITS + PARTITION_DIGITS, event_id
    high, low = (DIGITS.index(digit) for digit in digits[REPO_DIGITS:])
    return high * len(DIGITS) + low, position(int(offset), int(index))


def position(offset, index=0):
    assert offset < 1 << 43 and index < 1 << 20
    return offset << 20 | index


def positions_of(ids):
    """{partition: sorted positions}"""
    found = collections.defaultdict(lambda: array.array("Q"))
    for event_id in ids:
        partition, at = place_of(event_id)
        found[partition].append(at)
    return {partition: array.array("Q", sorted(all_)) for partition, all_ in found.items()}


class Observation:
    """One complete answer: `kind` is count, ids or stream; `known` is how many events had been
    acknowledged when it was asked for."""

    def __init__(self, kind, known, cut=None, count=None, ids=None):
        self.kind, self.known, self.count, self.ids = kind, known, count, ids
        # A stream does not tell its cut: it must be a beginning of each partition.
        self.cut = cut or {partition: all_[-1] + 1 for partition, all_ in ids.items()}


def cut_of(answer):
    return {cut["partition"]: position(cut["end"])
            for cut in answer["metaData"]["cut"]["partitions"]}


class Questions(threading.Thread):
    """Asks in turn for a count, all ids as a job, and all ids as a stream."""

    def __init__(self, server, ledger, first):
        super().__init__()
        self.server, self.ledger, self.turn = server, ledger, first
        self.stop_event = threading.Event()
        self.observations, self.failures, self.wrong = [], collections.Counter(), []

    def run(self):
        asker = Asker(self.server, REPO)
        kinds = (self.count, self.ids, self.count, self.stream)
        while not self.stop_event.is_set():
            kind = kinds[self.turn % len(kinds)]
            self.turn += 1
            try:
                observation = kind(asker, len(self.ledger.acknowledged))
                if observation:
                    self.observations.append(observation)
                else:
                    self.failures["incomplete"] += 1
            except Refused as error:
                self.refused(error)
            except (OSError, http.client.HTTPException) as error:
                self.failures[type(error).__name__] += 1
                time.sleep(0.02)
        asker.close()

    def refused(self, error):
        """A server that starts or stops may know the job no more, or be busy; nothing else."""
        self.failures[error.status] += 1
        if error.status not in (404, 503):
            self.wrong.append(str(error))
        time.sleep(0.02)

    def count(self, asker, known):
        answer = asker.ask("count()")
        if is_complete(answer):
            return Observation("count", known, cut_of(answer), int(answer["events"][0]["_count"]))

    def ids(self, asker, known):
        answer = asker.ask(f"groupBy(@id, limit={ALL_IDS})")
        if not is_complete(answer):
            return None
        doubled = [row for row in answer["events"] if row["_count"] != "1"]
        if doubled:
            self.wrong.append(f"ids: doubled: {doubled[:3]}")
        ids = positions_of(row["@id"] for row in answer["events"])
        return Observation("ids", known, cut_of(answer), ids=ids)

    def stream(self, _, known):
        rows = self.server.export(REPO, "select([@id, client, seq])", timeout_s=60)
        return Observation("stream", known, ids=positions_of(row["@id"] for row in rows))


class Judge:
    """Knows all events of the end, and says what is wrong with an answer from before."""

    def __init__(self, rows, acknowledged):
        self.all = positions_of(row["@id"] for row in rows)
        at = {(int(row["client"]), int(row["seq"])): place_of(row["@id"]) for row in rows}
        # By partition: how many were acknowledged when the highest position rose, and to what.
        self.raised = collections.defaultdict(lambda: ([], []))
        for number, key in enumerate(acknowledged, 1):
            partition, found = at.get(key, (None, None))
            if partition is None:
                continue  # lost, which the ledger reports
            numbers, highest = self.raised[partition]
            if not highest or found > highest[-1]:
                numbers.append(number)
                highest.append(found)

    def expected(self, partition, cut):
        all_ = self.all.get(partition, array.array("Q"))
        return all_[:bisect.bisect_left(all_, cut)]

    def judge(self, seen):
        wrong = []
        for partition, (numbers, highest) in self.raised.items():
            before = bisect.bisect_right(numbers, seen.known)
            if before and highest[before - 1] >= seen.cut.get(partition, 0):
                wrong.append(f"{seen.kind}: partition {partition} was cut at "
                             f"{seen.cut.get(partition, 0) >> 20}, but an event at "
                             f"{highest[before - 1] >> 20} was acknowledged before")
        below = {partition: self.expected(partition, cut) for partition, cut in seen.cut.items()}
        if seen.count is not None and seen.count != sum(map(len, below.values())):
            wrong.append(f"{seen.kind}: {seen.count}, but {sum(map(len, below.values()))} events "
                         f"are below the cut")
        if seen.ids is not None:
            for partition in sorted(set(below) | set(seen.ids)):
                wrong += self.judge_ids(seen, partition, below.get(partition, array.array("Q")))
        return wrong

    @staticmethod
    def judge_ids(seen, partition, expected):
        found = seen.ids.get(partition, array.array("Q"))
        if found == expected:
            return []
        lacking = sorted(set(expected) - set(found))[:3]
        beyond = sorted(set(found) - set(expected))[:3]
        return [f"{seen.kind}: partition {partition}: {len(found)} events, {len(expected)} "
                f"expected; lacks offsets {[at >> 20 for at in lacking]}, "
                f"invents {[at >> 20 for at in beyond]}"]

    def can_judge(self, observations):
        """Whether it notices answers that are wrong by one event, or asked too late."""
        counted = [o for o in observations if o.kind == "count" and o.count][-1]
        listed = [o for o in observations if o.kind == "ids" and o.ids][-1]
        one_more = Observation("count", counted.known, counted.cut, counted.count + 1)
        partition, ids = next(iter(listed.ids.items()))
        one_less = Observation("ids", listed.known, listed.cut,
                               ids={**listed.ids, partition: ids[:-1]})
        twice = Observation("stream", listed.known,
                            ids={**listed.ids, partition: ids + ids[-1:]})
        late = Observation("count", sys.maxsize, dict.fromkeys(self.all, 0), 0)
        return all(self.judge(bad) for bad in (one_more, one_less, twice, late))


def restart_until(server, deadline, rng):
    """Stops and kills by turns; gives (graceful, killed, merges seen)."""
    restarts, merges = [0, 0], 0
    while time.monotonic() < deadline:
        time.sleep(min(rng.uniform(1.5, 4), max(deadline - time.monotonic(), 0)))
        merges += server.metrics()["logwood_merge_merges_total"]
        is_kill = sum(restarts) % 2 == 1
        if is_kill:
            server.kill()
        else:
            assert server.stop() == 0, "the server did not stop well"
        restarts[is_kill] += 1
        server.start()
    return *restarts, int(merges)


def report(observations, askers, restarts, ledger, wrong, seed):
    failures = sum((asker.failures for asker in askers), collections.Counter())
    counts = collections.Counter(seen.kind for seen in observations)
    print(json.dumps({"seed": seed, "answers": dict(counts), "not_answered": dict(
        (str(kind), number) for kind, number in failures.items()),
        "stopped": restarts[0], "killed": restarts[1], "merges": restarts[2],
        "events": dict(ledger.counts()), "wrong": len(wrong)}))
    for text in wrong[:20]:
        print(text)


def main():
    args = arguments(__doc__, ("--seconds", {"type": float, "default": 40}),
                     ("--seed", {"type": int, "default": int(time.time())}))
    seconds = max(args.seconds, 600) if args.full else args.seconds
    with Workplace(args.binary) as place:
        server, ledger = place.server, Ledger(REPO)
        server.env.update(BUSY)
        server.start()
        server.create_repo(REPO)
        load = Load(ledger, server, CLIENTS, CLIENT_PAUSE_S)
        askers = [Questions(server, ledger, first) for first in (0, 1)]
        for asker in askers:
            asker.start()
        try:
            restarts = restart_until(server, time.monotonic() + seconds, random.Random(args.seed))
        finally:
            load.stop()
            for asker in askers:
                asker.stop_event.set()
            for asker in askers:
                asker.join()
        rows = server.export(REPO, "select([@id, client, seq, @rawstring])")
        judge = Judge(rows, ledger.acknowledged)
        observations = [seen for asker in askers for seen in asker.observations]
        wrong = [text for asker in askers for text in asker.wrong]
        wrong += [f"{kind}: {found[:3]}" for kind, found in ledger.check(rows).items()]
        wrong += [text for seen in observations for text in judge.judge(seen)]
        report(observations, askers, restarts, ledger, wrong, args.seed)
        assert not wrong, "answers were wrong"
        assert judge.can_judge(observations), "a wrong answer would not be noticed"
        assert len(observations) >= COMPLETE_MIN and restarts[2] >= MERGES_MIN
        assert sum(restarts[:2]) >= min(RESTARTS_MIN, seconds // 4)


if __name__ == "__main__":
    sys.exit(main())
