"""What a log line says by Python's own reading, and what a vendor's pipeline made of it: the values
and times that Logwood's parsers must find too."""
import csv
import datetime
import io
import json
import re

TIME_TEXT_MAX = 64
DIGITS_OF_TIME = 6
# What the pipeline adds, or makes of several values: it is not in the line as it stands.
ADDED = re.compile(r"^(@timestamp|ecs\.|tags|related\.|event\.|message$|error\.)|\.(geo|as)\.")
# Where a document keeps the head of a syslog line, and where Logwood's parser does.
SYSLOG_HEAD = {"log.syslog.priority": "priority", "log.syslog.hostname": "host",
               "log.syslog.appname": "app", "log.syslog.procid": "pid",
               "log.syslog.msgid": "messageid", "process.pid": "pid"}


def leaves(value, path=""):
    """(path, text) of each value below; as parseJson() writes them."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from leaves(member, f"{path}[{number}]")
    elif value is not None:
        yield path, json.dumps(value) if isinstance(value, (bool, int, float)) else str(value)


def document_of(text):
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def line_of(pair):
    """The log line; where the pair is an envelope in JSON, the message in it."""
    if pair["kind"] == "events-json":
        message = json.loads(pair["raw"]).get("message")
        if isinstance(message, str) and message:
            return message
    return pair["raw"]


def format_of(pair, line):
    for mark, name in (("CEF:", "cef"), ("LEEF:", "leef")):
        if re.search(rf"\b{mark}\d", line):
            return name
    if document_of(line):
        return "json"
    return pair["format"]


def columns_of(line):
    try:
        return next(csv.reader(io.StringIO(line, newline="")), [])
    except csv.Error:
        return []


class Line:
    """The texts that a line of a format has as values."""

    def __init__(self, form, line):
        self.form, self.line = form, line
        if form == "json":
            self.values = {text for _, text in leaves(document_of(line))}
        elif form == "csv":
            self.values = set(columns_of(line))
        else:
            self.values = None

    def has(self, text):
        """Whether the text stands there as a whole value."""
        if self.values is not None:
            return text in self.values
        if self.form == "syslog":
            return re.search(rf"(?<![\w.-]){re.escape(text)}(?![\w.-])", self.line) is not None
        before = r'[=|]"?' if self.form in ("cef", "leef") else r'(?<=[A-Za-z0-9_])="?'
        behind = r'(?=\s+[\w.-]+=|"|\||\s*$)' if self.form in ("cef", "leef") else \
            r'(?=["\s,;]|$)'
        return re.search(before + re.escape(text) + behind, self.line) is not None


def wanted_values(form, line, expected):
    """{path: text} of what the vendor found and the line has as a value."""
    has = Line(form, line).has
    wanted = {}
    for path, text in leaves(expected):
        if form == "syslog":
            is_head = path in SYSLOG_HEAD and (path != "process.pid" or f"[{text}]: " in line)
            if is_head and has(text):
                wanted[path] = text
        elif text and not ADDED.search(path) and not (form == "kv" and " " in text) and has(text):
            wanted[path] = text
    return wanted


def time_texts(line):
    """The texts in a line that may be its time: the line itself, its values, its columns."""
    document = document_of(line)
    if document:
        found = [text for _, text in leaves(document)]
    else:
        found = [line[:400], *columns_of(line), *re.findall(r'=\s*"?([^"=]{6,64}?)(?="|\s+\w+=|$)',
                                                           line),
                 *re.findall(r"[\[({]([^\[\](){}]{6,64})[\])}]", line),
                 *(line[place:place + TIME_TEXT_MAX] for place in clocks(line))]
        if "{" in line and (inner := document_of(line[line.index("{"):])):
            found += [text for _, text in leaves(inner)]
    return [text for text in found
            if sum(c.isdigit() for c in text) >= DIGITS_OF_TIME and
            (len(text) <= TIME_TEXT_MAX or text == line[:400])]


def clocks(line):
    """Where a date with a clock begins inside of a line."""
    date = r"(?:\d{4}[-/]\d\d[-/]\d\d|\d\d[-/]\d\d[-/]\d{4}|[A-Z][a-z]{2} +\d{1,2}(?: \d{4})?)"
    return [found.start() for found in re.finditer(date + r"[T :,]+\d\d:\d\d:\d\d", line)]


def instant(text):
    """Nanoseconds since 1970 of an ISO 8601 text; none when it is not one, or has no zone."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)",
                         text or "")
    if not found:
        return None
    whole = datetime.datetime.fromisoformat(found[1] + found[3].replace("Z", "+00:00"))
    return int(whole.timestamp()) * 10**9 + int((found[2] or "0").ljust(9, "0"))


def says_time(line, ns):
    """Whether a line has an instant in digits: as a clock of UTC, or as epoch seconds."""
    whole = datetime.datetime.fromtimestamp(ns // 10**9, datetime.timezone.utc)
    return whole.strftime("%H:%M:%S") in line or str(ns // 10**9) in line
