#!/usr/bin/env python3
"""Runs detection rules over Windows events and compares how many events each finds with what
another engine found. CI's slice: all rules that find something, and 150 of the others."""
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from corpora import Workplace, arguments, read_jsonl, require_corpora, unpack
from server import Asker

OTHERS_IN_SLICE = 150
CONNECTIONS = 4


def ask_all(server, cases):
    """Gives [(case, found or the error)]."""
    def ask_some(part):
        asker = Asker(server, "windows")
        answers = []
        for case in part:
            try:
                answers.append((case, asker.count(case["query"])))
            except (RuntimeError, OSError) as error:
                answers.append((case, error))
        asker.close()
        return answers

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = pool.map(ask_some, [cases[i::CONNECTIONS] for i in range(CONNECTIONS)])
        return [answer for part in parts for answer in part]


def main():
    args = arguments(__doc__)
    require_corpora()
    cases = read_jsonl("sigma/counts.jsonl.zst")
    if not args.full:
        others = [case for case in cases if case["expected_count"] == 0]
        every = len(others) // OTHERS_IN_SLICE
        cases = [case for case in cases if case["expected_count"]] + others[::every]
    with Workplace(args.binary) as place:
        unpack("logs/windows-events.ndjson.zst", place.base)
        place.server.start()
        place.server.create_repo("windows")
        done = place.server.cli("ingest", "windows", "--parser", "json",
                                os.path.join(place.base, "windows-events.ndjson"))
        assert done.returncode == 0, done.stderr
        began = time.monotonic()
        answers = ask_all(place.server, cases)
        seconds = time.monotonic() - began
        wrong = [(case, found) for case, found in answers if found != case["expected_count"]]
        for case, found in wrong:
            print(f"{case['title']}: {case['expected_count']} expected, {found}: {case['query']}")
        print(f"{len(answers) - len(wrong)} of {len(answers)} rules agree, "
              f"{seconds:.1f} s, {1000 * seconds / len(answers):.1f} ms a query")
        assert not wrong, f"{len(wrong)} rules disagree"


if __name__ == "__main__":
    sys.exit(main())
