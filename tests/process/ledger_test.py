#!/usr/bin/env python3
"""What the ledger makes of an answer, for each promise and each way to break it."""
import sys

from ledger import Ledger, text_of


def row(seq, text=None):
    return {"client": "0", "seq": str(seq), "@rawstring": text or text_of(0, seq)}


CASES = [
    # promises by seq, rows of the answer, kinds of anomalies
    ({1: "ok", 2: "ok"}, [row(1), row(2)], set()),
    ({1: "ok", 2: "ok"}, [row(2)], {"lost"}),
    ({1: "ok"}, [row(1), row(1)], {"duplicate"}),
    ({1: "ok"}, [row(1), row(7)], {"phantom"}),
    ({1: "ok"}, [row(1, "another text")], {"corrupt"}),
    ({1: "no"}, [row(1)], {"aborted-read"}),
    ({1: "no"}, [], set()),
    ({1: "unknown", 2: "unknown"}, [row(2)], set()),
    ({1: "unknown"}, [row(1), row(1)], {"duplicate"}),
    ({1: "ok"}, [row(1, text_of(0, 2)), row(2)], {"corrupt", "phantom"}),
]


def main():
    failed = 0
    for promises, rows, expected in CASES:
        ledger = Ledger("any")
        ledger.state = {(0, seq): promise for seq, promise in promises.items()}
        found = set(ledger.check(rows))
        if found != expected:
            failed += 1
            print(f"{promises}, {rows}: found {found}, not {expected}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
