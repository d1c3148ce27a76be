#!/usr/bin/env python3
"""Ingests real logs through the command line and asks for them while they are in open blocks, in
minis and in merged segments: every event is there once, its text is byte for byte what was sent,
and searches find what is found in the files by other means."""
import collections
import hashlib
import json
import sys
import time

from corpora import Workplace, arguments, require_corpora, unpack
from server import Asker
from sources import SOURCES, TWIN_NUMBERS, TWINS, twin_source

# Without a time limit blocks are sealed when they are full, which leaves the last of them open.
NEVER = {"FLUSH_BLOCK_SECONDS": "100000", "LOGWOOD_MERGE_INPUTS_MIN": "100000",
         "LOGWOOD_MERGE_QUIET_SECONDS": "1000000"}
CHECKPOINTS = {**NEVER, "FLUSH_BLOCK_SECONDS": "1", "LOGWOOD_CHECKPOINT_INTERVAL_MS": "100"}
MERGES = {**CHECKPOINTS, "LOGWOOD_MERGE_INPUTS_MIN": "1", "LOGWOOD_MERGE_INTERVAL_MS": "50"}
ALL_VALUES = 1_000_000
NUMBERS = "stats([count(FIELD), sum(FIELD), min(FIELD), max(FIELD), avg(FIELD)])"


class Expected:
    """What a source's lines say must be found."""

    def __init__(self, source, base):
        self.texts, self.found = collections.Counter(), collections.Counter()
        self.lines, self.bytes, times = 0, 0, []
        words = [(f'"{word}"', word.encode()) for word in source.words]
        for line in source.lines(base):
            self.texts[hashlib.sha256(line).digest()] += 1
            self.lines += 1
            self.bytes += len(line)
            self.found.update(query for query, word in words if word in line)
            self.found.update(query for query, is_found in source.queries.items() if is_found(line))
            if source.time_of and (time_ms := source.time_of(line)) is not None:
                times.append(time_ms)
        self.queries = [query for query, _ in words] + list(source.queries)
        self.times = (min(times), max(times)) if times else None


def fill(server, source, base):
    server.create_repo(source.repo)
    if source.script:
        path = f"/api/v1/repositories/{source.repo}/parsers/{source.parser}"
        status, text = server.request("PUT", path, json.dumps({"script": source.script}),
                                      {"Content-Type": "application/json"})
        assert status == 200, f"{source.repo}: the parser was refused: {text}"
    done = server.cli("ingest", source.repo, "--parser", source.parser, *source.paths(base))
    assert done.returncode == 0, f"{source.repo}: {done.stderr}"
    return int(done.stderr.split()[0])


def check_source(server, source, expected):
    """Gives what is wrong, as texts."""
    asker, wrong = Asker(server, source.repo), []

    def compare(what, found, wanted):
        if found != wanted:
            wrong.append(f"{source.repo}: {what}: {wanted} expected, {found} found")

    compare("count()", asker.count("*"), expected.lines)
    for query in expected.queries:
        compare(query, asker.count(query), expected.found[query])
    if expected.times and expected.lines:
        first, last = expected.times
        asked = asker.ask(f"@timestamp <= {last} | stats([min(@timestamp, as=a), "
                          "max(@timestamp, as=b)])")["events"][0]
        compare("times", (int(float(asked["a"])), int(float(asked["b"]))), (first, last))
    texts = collections.Counter(
        hashlib.sha256(row["@rawstring"].encode()).digest()
        for row in server.stream(source.repo, "select([@rawstring])"))
    lost, invented = expected.texts - texts, texts - expected.texts
    compare("texts lost and invented", (lost.total(), invented.total()), (0, 0))
    asker.close()
    return wrong


def check_twins(server):
    """TSV and JSON of the same events must give the same groups and numbers; in TSV an unset value
    is `-`, an empty one `(empty)`."""
    wrong = []
    tsv_json = {kind: (Asker(server, f"zeek_tsv_{kind}"), Asker(server, "zeek_json"))
                for kind in TWINS}

    def groups(asker, query, field):
        answer = asker.ask(f"{query} | groupBy({field}, limit={ALL_VALUES})")
        return {row[field].replace("(empty)", ""): int(row["_count"]) for row in answer["events"]}

    for kind, fields in TWINS.items():
        for field in fields:
            tsv = groups(tsv_json[kind][0], f"{field}=* {field}!=\"-\"", field)
            twin = groups(tsv_json[kind][1], f"_path={kind} {field}=*", field)
            if tsv != twin or len(tsv) < 2:
                differ = sorted(tsv.items() ^ twin.items())[:6]
                wrong.append(f"zeek {kind}.{field}: {len(tsv)} groups in TSV, {len(twin)} in JSON, "
                             f"for example {differ}")
    for kind, fields in TWIN_NUMBERS.items():
        for field in fields:
            tsv, twin = (asker.ask(f"{query} | {NUMBERS.replace('FIELD', field)}")["events"]
                         for asker, query in zip(tsv_json[kind], (f'{field}=* {field}!="-"',
                                                                  f"_path={kind} {field}=*")))
            if tsv != twin or int(tsv[0]["_count"]) < 2:
                wrong.append(f"zeek {kind}.{field}: {tsv} in TSV, {twin} in JSON")
    for pair in tsv_json.values():
        for asker in pair:
            asker.close()
    return wrong


def wait_for(server, is_there, what, timeout_s=300):
    deadline = time.monotonic() + timeout_s
    while not is_there(metrics := server.metrics()):
        assert time.monotonic() < deadline, f"{what}: not after {timeout_s} s"
        time.sleep(0.1)
    return metrics


def rows(metrics, kind):
    return metrics[f'logwood_segments_rows{{kind="{kind}"}}']


def stored(metrics, kind):
    return metrics[f'logwood_segments_stored_bytes{{kind="{kind}"}}']


class Run:
    def __init__(self, place, full):
        self.server, self.base, self.wrong = place.server, place.base, []
        self.sources = [source for source in SOURCES if full or not source.full]
        for archive in sorted({source.archive for source in self.sources}):
            unpack(f"logs/{archive}", place.base)
        self.sources += [twin_source(kind, place.base) for kind in TWINS]
        self.expected = {s.repo: Expected(s, place.base) for s in self.sources}
        self.total = sum(e.lines for e in self.expected.values())
        self.bytes = sum(e.bytes for e in self.expected.values())

    def fill(self):
        began = time.monotonic()
        for source in self.sources:
            sent, wanted = fill(self.server, source, self.base), self.expected[source.repo].lines
            if sent != wanted:
                self.wrong.append(f"{source.repo}: {wanted} lines, {sent} acknowledged")
        seconds = time.monotonic() - began
        print(f"ingest: {self.total} events, {self.bytes / 1e6:.0f} MB in {len(self.sources)} "
              f"repositories, {self.bytes / 1e6 / seconds:.0f} MB/s")

    def check(self, stage, note):
        began, wrong_before = time.monotonic(), len(self.wrong)
        for source in self.sources:
            self.wrong += [f"{stage}: {text}" for text in
                           check_source(self.server, source, self.expected[source.repo])]
        self.wrong += [f"{stage}: {text}" for text in check_twins(self.server)]
        print(f"{stage}: {note}; {time.monotonic() - began:.1f} s, "
              f"{len(self.wrong) - wrong_before} differences", flush=True)

    def all_stages(self):
        self.server.start(NEVER)
        self.fill()
        metrics = wait_for(self.server,
                           lambda m: m["logwood_digest_events_total"] >= self.total, "digest")
        opened = self.total - rows(metrics, "mini")
        assert opened > 0, "nothing is left in open blocks"
        self.check("open blocks", f"{opened:.0f} events there")
        self.server.kill()

        self.server.start(CHECKPOINTS)
        # What is large enough for a merge of its own does not wait for others.
        metrics = wait_for(self.server,
                           lambda m: rows(m, "mini") + rows(m, "merged") >= self.total,
                           "checkpoints")
        self.check("minis", f"{rows(metrics, 'mini'):.0f} events, {self.size(metrics)}")
        assert self.server.stop() == 0

        self.server.start(MERGES)
        metrics = wait_for(self.server, lambda m: rows(m, "merged") >= self.total, "merges")
        assert rows(metrics, "mini") == 0
        self.check("merged", f"{rows(metrics, 'merged'):.0f} events, {self.size(metrics)}")
        assert self.server.stop() == 0

    def size(self, metrics):
        size = stored(metrics, "mini") + stored(metrics, "merged")
        return f"{size / 1e6:.1f} MB, 1:{self.bytes / size:.1f}"


def main():
    args = arguments(__doc__)
    require_corpora()
    with Workplace(args.binary) as place:
        run = Run(place, args.full)
        run.all_stages()
        for text in run.wrong:
            print(text)
        assert not run.wrong, f"{len(run.wrong)} differences"


if __name__ == "__main__":
    sys.exit(main())
