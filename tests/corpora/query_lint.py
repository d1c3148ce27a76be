#!/usr/bin/env python3
"""`logwood query lint` says by its exit code whether a query is right: 0, or 2 with the place."""
import argparse
import subprocess
import sys

GOOD = [
    "*",
    "error",
    '"two words" or (foo and not bar)',
    "status >= 500 method != GET",
    "service=web* | count()",
    "url=/^\\/api\\/v\\d+/i | groupBy(url, function=[count(), avg(took)])",
    "timeChart(span=5m, series=host, function=max(load))",
    "kvParse() | table([user, took], limit=50)",
    'regex("user=(?<user>\\\\S+)") | top(user, limit=5)',
    "case { status<400 | kind:=good; status<500 | kind:=client; * | kind:=server } | groupBy(kind)",
    "in(level, values=[WARN, ERROR]) | sort(@timestamp, order=desc)",
    'cidr(ip, subnet=["10.0.0.0/8"]) | count(ip, distinct=true)',
    'parseJson() | select([a.b, "c[0]"])',
    "took_s := took / 1000 | round(took_s) | stats([min(took_s), percentile(took_s)])",
    'format("%s:%d", field=[host, port], as=address)',
    "// a comment\nfoo /* another */ | tail(10)",
    "#repo=web host=?host",
    "test(a < b) | eval(c = a + b)",
    "bucket(span=1h, function=[sum(bytes), count()])",
    '@timestamp=* | formatTime("%Y-%m-%d", as=day) | groupBy(day)',
]
BAD = [
    "(foo",
    "foo)",
    'foo "bar',
    "foo | | count()",
    "| | count()",
    "count(",
    "nosuchfunction()",
    "count(nosuchparameter=1)",
    "groupBy()",
    "foo = = bar",
    "foo=/unfinished",
    "foo=/(/",
    'regex("[a")',
    "case { foo",
    "a := ",
    "status >= ",
    "foo and or bar",
    "top(limit=abc)",
    "timeChart(span=never)",
    "groupBy(a, function=nosuch())",
    "in(level)",
    "join({foo}, field=a",
]


def lint(binary, query):
    return subprocess.run([binary, "query", "lint", "-"], input=query, text=True,
                          capture_output=True, timeout=30)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    args = parser.parse_args()
    wrong = 0
    for wanted, queries in ((0, GOOD), (2, BAD)):
        for query in queries:
            done = lint(args.binary, query)
            if done.returncode != wanted or (wanted == 2) != bool(done.stderr):
                wrong += 1
                print(f"`{query}`: exit {wanted} expected, {done.returncode}: {done.stderr}")
    print(f"{len(GOOD) + len(BAD) - wrong} of {len(GOOD) + len(BAD)} as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
