"""What each query must give, computed from the raw file by Python and nothing of Logwood's.

One pass over a corpus evaluates all expectations; what they gave is kept, under the file's hash
and the text of query and expectation, so that a later run reads the file only for what changed."""
import array
import collections
import dataclasses
import datetime
import hashlib
import json
import math
import os
import re

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
TOP_KEPT = 200  # largest groups that are kept for top()
NARROW_SHARE = 0.01


@dataclasses.dataclass(frozen=True)
class Expect:
    """What to compute, as Python expressions over `line` (bytes), `doc` (its JSON object) and `ms`
    (its time).

    Kinds: count; groups (key -> events, or sum of `value`); chart (groups, key = [bucket, key]);
    top (the largest groups); distinct (number of keys); percentiles (key -> bounds of p50, p95,
    p99 of `value`); texts (the lines themselves as hash); newest (times of the newest `limit`
    lines); joined (events of the keys whose values, as bits, together make `limit`)."""
    kind: str
    where: str = "True"
    key: str = "None"
    value: str = "1"
    span_ms: int = 0
    limit: int = 0


def text_hash(lines):
    """A hash of a multiset of texts: the sum of their hashes."""
    total = 0
    for line in lines:
        total += int.from_bytes(hashlib.sha256(line).digest()[:16], "big")
    return f"{total % 2**128:032x}"


def compile_expression(text):
    return eval(f"lambda line, doc, ms: {text}", {"re": re})  # our own text


class Computing:
    """One expectation while lines come in; only those in [start, end) count."""

    def __init__(self, expect, interval):
        self.expect, self.interval = expect, interval
        self.where, self.key, self.value = map(compile_expression,
                                               (expect.where, expect.key, expect.value))
        self.count, self.groups = 0, collections.defaultdict(float)
        self.values = collections.defaultdict(lambda: array.array("d"))
        self.times, self.hash, self.joined = [], 0, {}

    def add(self, line, doc, ms):
        if not self.where(line, doc, ms):
            return
        kind = self.expect.kind
        key = self.key(line, doc, ms)
        if kind == "texts":
            self.hash += int(text_hash([line]), 16)
        elif kind == "newest":
            self.times.append(ms)
        elif kind == "joined":
            if key is not None:
                events, bits = self.joined.get(key, (0, 0))
                self.joined[key] = (events + 1, bits | self.value(line, doc, ms))
        elif kind == "percentiles":
            value = self.value(line, doc, ms)
            if key is None or value is None:
                return
            self.values[key].append(float(value))
        elif kind != "count":
            if key is None:
                return
            if kind == "chart":
                key = f"{ms // self.expect.span_ms * self.expect.span_ms}\t{key}"
            self.groups[str(key)] += self.value(line, doc, ms)
        self.count += 1

    def result(self):
        kind = self.expect.kind
        if kind == "count":
            return self.count
        if kind == "texts":
            return {"count": self.count, "hash": f"{self.hash % 2**128:032x}"}
        if kind == "newest":
            return sorted(self.times)[-self.expect.limit:]
        if kind == "joined":
            return sum(events for events, bits in self.joined.values()
                       if bits == self.expect.limit)
        if kind == "distinct":
            return len(self.groups)
        if kind == "percentiles":
            return {str(key): [around_rank(sorted(values), share) for share in (.5, .95, .99)]
                    for key, values in self.values.items()}
        if kind == "top":
            largest = sorted(self.groups.items(), key=lambda item: -item[1])
            last = largest[min(self.expect.limit, len(largest)) - 1][1] if largest else 0
            kept = [item for item in largest if item[1] >= last]
            if len(kept) > TOP_KEPT:
                raise RuntimeError("too many groups tie for the last place: choose another key")
            return dict(kept)
        return dict(self.groups)


def around_rank(ordered, share):
    """The least and the most that may be called this percentile: definitions differ by a rank."""
    at = math.ceil(share * len(ordered)) - 1
    return [ordered[max(0, at - 1)], ordered[min(len(ordered) - 1, at + 1)]]


def time_ms(text):
    return (datetime.datetime.fromisoformat(text) - EPOCH) // datetime.timedelta(milliseconds=1)


def file_hash(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Oracle:
    """The expectations of one corpus. `interval` is all of it, `narrow` a hundredth of it."""

    def __init__(self, path, packed_path, cache_dir):
        self.path, self.hash = path, file_hash(packed_path)
        self.cache_path = os.path.join(cache_dir, f"oracle-{os.path.basename(path)}.json")
        self.cache = {}
        if os.path.exists(self.cache_path):
            with open(self.cache_path) as file:
                self.cache = json.load(file)
        if f"{self.hash} intervals" not in self.cache:
            self._keep(f"{self.hash} intervals", self._intervals())
        self.interval, self.narrow = self.cache[f"{self.hash} intervals"]

    def _intervals(self):
        stamp = re.compile(rb'"@timestamp": ?"([^"]+)"')
        with open(self.path, "rb") as file:
            times = sorted(time_ms(stamp.search(line)[1].decode()) for line in file)
        first = len(times) // 2
        last = first + max(1, int(len(times) * NARROW_SHARE))
        return [[times[0], times[-1] + 1], [times[first], max(times[last], times[first] + 1)]]

    def _keep(self, key, value):
        self.cache[key] = value
        with open(self.cache_path + ".new", "w") as file:
            json.dump(self.cache, file)
        os.replace(self.cache_path + ".new", self.cache_path)

    def _key(self, query, interval):
        return f"{self.hash} {query.text} {query.expect} {query.shifted(interval)}"

    def compute(self, wanted):
        """Computes what is not known of [(query, interval)]."""
        missing = {self._key(query, interval): Computing(query.expect, query.shifted(interval))
                   for query, interval in wanted if self._key(query, interval) not in self.cache}
        if not missing:
            return
        by_interval = collections.defaultdict(list)
        for computing in missing.values():
            by_interval[tuple(computing.interval)].append(computing)
        with open(self.path, "rb") as file:
            for line in file:
                line = line.rstrip(b"\n")
                doc = json.loads(line)
                ms = time_ms(doc["@timestamp"])
                for (start, end), several in by_interval.items():
                    if start <= ms < end:
                        for computing in several:
                            computing.add(line, doc, ms)
        for key, computing in missing.items():
            self.cache[key] = computing.result()
        self._keep(f"{self.hash} intervals", [self.interval, self.narrow])

    def expected(self, query, interval):
        return self.cache[self._key(query, interval)]
