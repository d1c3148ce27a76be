#!/usr/bin/env python3
"""`logwood grep` beside ripgrep and jq: CPU-seconds and seconds over the same files, hot in the
page cache, the least of some runs that take turns. All tools must find the same number of rows.
Prints a table in Markdown.

  tools/bench_grep.py --binary build/release/logwood [--runs N] [--only REGEX]

Needs the corpora, and says so; ripgrep and jq come with `make setup`."""
import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "corpora"))
from corpora import require_corpora, unpack  # noqa: E402

SETUP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "setup.sh")

# What is asked, of which text, and how each tool is asked; none: it cannot.
Case = collections.namedtuple("Case", "name text logwood rg jq", defaults=(None, None))
CASES = [
    Case("absent word", "json", ['"no such word"', "-o", "text"], ["-F", "no such word"]),
    Case("rare word", "json", ['"79f9ee0"', "-o", "text"], ["-F", "79f9ee0"]),
    Case("common word", "json", ['"checkout"', "-o", "text"], ["-F", "checkout"]),
    Case("common word, lines counted", "json", ['"checkout" | count()'], ["-c", "-F", "checkout"]),
    Case("word, any case", "json", ["/TIMEOUT/i", "-o", "text"], ["-i", "TIMEOUT"]),
    Case("regex with literals", "json", [r"/user \d+7 amount=\d{3}/", "-o", "text"],
         [r"user \d+7 amount=\d{3}"]),
    Case("regex without literals", "json", [r"/[a-f]{6}\d{3}[a-f]{2}/", "-o", "text"],
         [r"[a-f]{6}\d{3}[a-f]{2}"]),
    Case("JSON field = value", "json", ["level=ERROR", "-o", "text"],
         jq=["-c", 'select(.level == "ERROR")']),
    Case("JSON field in a range", "json", ["duration_ms>900", "-o", "text"],
         jq=["-c", "select(.duration_ms > 900)"]),
    Case("nested JSON field = value", "json", ["kubernetes.node=node-7", "-o", "text"],
         jq=["-c", 'select(.kubernetes.node == "node-7")']),
    Case("two fields of all", "json", ["select([service, status])", "-o", "json"],
         jq=["-c", "{service, status}"]),
    Case("count by a field", "json", ["groupBy(service)", "-o", "json"],
         jq=["-n", "-c", "reduce inputs as $e ({}; .[$e.service] += 1) | to_entries[]"]),
    Case("count by a field, filtered", "json", ["level=ERROR | groupBy(service)", "-o", "json"],
         jq=["-n", "-c", 'reduce (inputs | select(.level == "ERROR")) as $e '
             "({}; .[$e.service] += 1) | to_entries[]"]),
    Case("absent word", "tsv", ['"no such word"', "-o", "text"], ["-F", "no such word"]),
    Case("common word", "tsv", ['"Mozilla"', "-o", "text"], ["-F", "Mozilla"]),
    Case("regex with literals", "tsv", [r"/tcp\tdns\t\d+\.\d+/", "-o", "text"],
         [r"tcp\tdns\t\d+\.\d+"]),
    Case("addresses by a regex", "tsv", [r"/\b10\.\d+\.\d+\.2\b/", "-o", "text"],
         [r"\b10\.\d+\.\d+\.2\b"]),
]
TOOLS = ("logwood", "ripgrep", "jq")


def commands(case, binary, path):
    return {"logwood": [binary, "grep", *case.logwood[:1], path, *case.logwood[1:]],
            "ripgrep": case.rg and ["rg", "--no-config", *case.rg, path],
            "jq": case.jq and ["jq", *case.jq, path]}


def run(command, out):
    """(CPU-seconds, seconds) of one run; the output goes to the file."""
    out.seek(0)
    out.truncate()
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=out, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: nothing was found.
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start


def rows_of(out, case):
    """How many rows a tool gave, or what it counted."""
    out.seek(0)
    text = out.read()
    if "counted" in case.name:
        return int(re.search(r"\d+", text)[0])
    return text.count("\n")


def measure(case, binary, path, runs):
    best, rows = {}, {}
    with tempfile.TemporaryFile("w+", errors="replace") as out:
        for _ in range(runs):
            for tool, command in commands(case, binary, path).items():
                if command:
                    best.setdefault(tool, []).append(run(command, out))
                    rows[tool] = rows_of(out, case)
    if len(set(rows.values())) != 1:
        raise RuntimeError(f"{case.name}: the tools do not agree: {rows}")
    return rows["logwood"], {tool: (min(cpu for cpu, _ in found), min(s for _, s in found))
                             for tool, found in best.items()}


def texts(folder):
    """{name: path} of a JSON and a text file."""
    unpack("logs/services-200mb.ndjson.zst", folder)
    unpack("logs/zeek.tar.zst", folder)
    found = {"json": os.path.join(folder, "services-200mb.ndjson"),
             "tsv": os.path.join(folder, "zeek.tsv")}
    with open(found["tsv"], "wb") as out:
        for place, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                if name.endswith(".log"):
                    with open(os.path.join(place, name), "rb") as file:
                        out.write(file.read())
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    require_corpora()
    subprocess.run([SETUP], check=True)
    binary = os.path.abspath(options.binary)
    print("| text | asked | rows | logwood CPU-s | rg CPU-s | jq CPU-s | rg / logwood | "
          "jq / logwood | logwood s | rg s | jq s |")
    print("|---|---|--:|" + "--:|" * 8)
    with tempfile.TemporaryDirectory(prefix="logwood-bench-grep-") as folder:
        paths = texts(folder)
        for case in CASES:
            if not re.search(options.only, case.name):
                continue
            rows, found = measure(case, binary, paths[case.text], options.runs)
            own = found["logwood"]
            cells = [case.text, case.name, f"{rows:,}"]
            cells += [f"{found[tool][0]:.2f}" if tool in found else "" for tool in TOOLS]
            cells += [f"{found[tool][0] / max(own[0], 0.01):.2f}" if tool in found else ""
                      for tool in TOOLS[1:]]
            cells += [f"{found[tool][1]:.2f}" if tool in found else "" for tool in TOOLS]
            print("| " + " | ".join(cells) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
