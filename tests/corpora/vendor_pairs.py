#!/usr/bin/env python3
"""Log lines of many products with the document that another vendor's pipeline makes of them.

Values: what the document has and the line has as a whole value must be a field's value here too.
Times: the instant that the document has must be read from a text of the line. What differs is
counted by reason; a share of at least RIGHT_MIN must agree."""
import collections
import json
import sys

from corpora import Workplace, arguments, read_jsonl, require_corpora
from vendor_texts import (SYSLOG_HEAD, format_of, instant, line_of, says_time, time_texts,
                          wanted_values)

RIGHT_MIN = 0.95
COLUMNS = ", ".join(f"c{number}" for number in range(400))
SCRIPTS = {"json": "parseJson()", "kv": "kvParse()", "csv": f"parseCsv(columns=[{COLUMNS}])",
           "cef": "parseCEF()", "leef": "parseLEEF()", "syslog": None}
# The forms that parseTimestamp() has names for, else what findTimestamp() finds.
TIME_SCRIPT = """parseJson() | case {
  t=/^\\d{9,10}(\\.\\d+)?$/ | parseTimestamp("seconds", field=t, timezone="UTC", as=found);
  t=/^\\d{13}(\\.\\d+)?$/ | parseTimestamp("millis", field=t, timezone="UTC", as=found);
  t=/^\\d{19}$/ | parseTimestamp("nanos", field=t, timezone="UTC", as=found);
  * | findTimestamp(field=t, timezone="UTC", as=found, addErrors=false)
}"""
BATCH = 500
MS, DAY_NS, QUARTER_NS, YEAR_NS = 10**6, 86_400 * 10**9, 900 * 10**9, 366 * 86_400 * 10**9
IS_LEAST = {"json": 0.95, "kv": 0.95, "csv": 0.95, "cef": 0.95, "leef": 0.95, "syslog": 0.95}


class Repository:
    """A repository with a parser of its own, to which lines are sent and read back."""

    def __init__(self, server, name, script):
        self.server, self.name, self.parser = server, name, name
        server.create_repo(name)
        if script is None:
            self.parser = name  # built in
            return
        status, text = server.request("PUT", f"/api/v1/repositories/{name}/parsers/{name}",
                                      json.dumps({"script": script}),
                                      {"Content-Type": "application/json"})
        assert status == 200, f"{name}: the parser was refused: {text}"

    def parse(self, lines):
        """{line: its event}."""
        lines = list(dict.fromkeys(lines))
        for start in range(0, len(lines), BATCH):
            body = json.dumps([{"type": self.parser, "messages": lines[start:start + BATCH]}])
            status, text = self.server.request(
                "POST", f"/api/v1/repositories/{self.name}/ingest-messages", body,
                {"Content-Type": "application/json"})
            assert status == 200, f"{self.name}: {text}"
        events = {row["@rawstring"]: {name: str(value) for name, value in row.items()}
                  for row in self.server.stream(self.name, "*")}
        assert len(events) == len(lines), f"{self.name}: {len(lines)} sent, {len(events)} found"
        return events


def agrees(form, path, text, event):
    if form == "syslog":
        return event.get(SYSLOG_HEAD[path]) == text
    return text in event.values()


def why_not(text, event):
    if any(text in value for name, value in event.items() if name != "@rawstring"):
        return "part of a longer value"
    return "not found"


def compare_values(server, pairs):
    """Gives the table's rows and what differs, as (format, product, path, text, reason)."""
    rows, differences = [], []
    for form, script in SCRIPTS.items():
        chosen = [(pair, line) for pair, line, its_form in pairs if its_form == form]
        if not chosen:
            rows.append((form, 0, 0, 0, 0, 0))
            continue
        events = Repository(server, form, script).parse(line for _, line in chosen)
        counts = collections.Counter()
        for pair, line in chosen:
            for path, text in wanted_values(form, line, pair["expected"]).items():
                reason = "equal" if agrees(form, path, text, events[line]) else \
                    why_not(text, events[line])
                counts[reason] += 1
                if reason != "equal":
                    differences.append((form, pair["package"], path, text, reason, line))
        rows.append((form, len(chosen), counts["equal"], counts["part of a longer value"],
                     counts["not found"], counts.total()))
    return rows, differences


def instants(server, texts):
    """{text: nanoseconds}, none for texts in which no time was found."""
    events = Repository(server, "times", TIME_SCRIPT).parse(
        json.dumps({"t": text}) for text in texts)
    found = {}
    for line, event in events.items():
        ns = int(event["found"]) * MS + int(event.get("found.nanos", 0)) if "found" in event \
            else None
        found[json.loads(line)["t"]] = ns
    return found


def judge_time(line, wanted_ns, found):
    """How the best of the times found in a line relates to the one wanted."""
    if any(ns // MS == wanted_ns // MS for ns in found):
        return "equal"
    if any(ns // 10**9 == wanted_ns // 10**9 for ns in found):
        return "equal to the second"
    second = wanted_ns % DAY_NS // 10**9
    if any(abs(ns - wanted_ns) < 30 * YEAR_NS and ns % DAY_NS // 10**9 == second for ns in found):
        return "year is not in the line"
    if any(abs(ns - wanted_ns) <= 14 * 4 * QUARTER_NS and
           (ns - wanted_ns) // 10**9 % 900 == 0 for ns in found):
        return "zone is not in the line"
    return "missed" if says_time(line, wanted_ns) else "not in the line"


IN_LINE = ("equal", "equal to the second", "year is not in the line", "missed")


def compare_times(server, pairs):
    texts = {pair_number: time_texts(line) for pair_number, (_, line, _) in enumerate(pairs)}
    found = instants(server, (text for several in texts.values() for text in several))
    counts, differences = collections.defaultdict(collections.Counter), []
    for number, (pair, line, form) in enumerate(pairs):
        wanted = instant(pair["expected"].get("@timestamp"))
        if wanted is None:
            counts[form]["the vendor has none"] += 1
            continue
        reason = judge_time(line, wanted, [found[text] for text in texts[number]
                                           if found[text] is not None])
        counts[form][reason] += 1
        if reason not in IN_LINE[:2]:
            differences.append((form, pair["package"], pair["expected"]["@timestamp"], reason,
                                line))
    return counts, differences


def print_values(rows):
    print("format  lines  values  equal  part of a longer value  not found")
    for form, lines, equal, part, lost, total in rows:
        print(f"{form:7} {lines:5} {total:7} {equal:6} {part:23} {lost:10}")


def print_times(counts):
    print("times by format")
    for form, reasons in sorted(counts.items()):
        print(f"{form:7} " + ", ".join(f"{count} {reason}"
                                       for reason, count in reasons.most_common()))


def main():
    args = arguments(__doc__,
                     ("--show", {"type": int, "default": 0, "help": "differences of each"}))
    require_corpora()
    pairs = [(pair, line, format_of(pair, line)) for pair in read_jsonl("vendor-pairs.jsonl.zst")
             if (line := line_of(pair)).strip()]
    with Workplace(args.binary) as place:
        place.server.start()
        rows, value_differences = compare_values(place.server, pairs)
        counts, time_differences = compare_times(place.server, pairs)
    print_values(rows)
    print_times(counts)
    shown = collections.Counter()
    for form, product, *rest, line in value_differences + time_differences:
        shown[form, product, rest[-1]] += 1
        if shown[form, product, rest[-1]] <= args.show:
            print(form, product, *rest, "|", line[:300])
    wrong = [f"{form}: {equal} of {equal + lost} values" for form, _, equal, _, lost, _ in rows
             if equal < IS_LEAST[form] * (equal + lost)]
    total = sum(counts.values(), collections.Counter())
    read = sum(total[reason] for reason in IN_LINE[:3])
    said = sum(total[reason] for reason in IN_LINE)
    print(f"{read} of {said} times that stand in the lines are read: {100 * read / said:.1f} %")
    if read < RIGHT_MIN * said:
        wrong.append(f"times: {read} of {said}")
    assert not wrong, "; ".join(wrong)


if __name__ == "__main__":
    sys.exit(main())
