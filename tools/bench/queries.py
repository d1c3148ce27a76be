"""The queries of the bench, and for each what another program computes from the raw lines.

`peer` names the row of peers.py that the query is compared with. A class of queries is asked once
as the peers were (in the message field) and, where that differs, as LogScale's users ask it (free
text: every field)."""
import dataclasses

from oracle import Expect

MESSAGE = 'doc.get("Message", "")'
DAY_MS, MINUTE_MS = 86_400_000, 60_000


@dataclasses.dataclass(frozen=True)
class Query:
    name: str
    text: str
    expect: Expect
    peer: str = ""
    fields: tuple = ()  # of an answer's rows: the key, then the value or values
    tolerance: float = 0  # relative, of values that LogScale too only estimates
    shift_ms: int = 0  # of the time range, against caches
    is_export: bool = False  # through the streaming endpoint
    narrow: bool = True  # asked on a hundredth of the time too

    def shifted(self, interval):
        return [ms + self.shift_ms for ms in interval]


def counted(name, text, where, peer="", **more):
    return Query(name, f"{text} | count()", Expect("count", where), peer, **more)


def grouped(name, text, key, peer="", where="True", value="1", field="_count", kind="groups",
            **more):
    limit = 10 if kind == "top" else 0
    return Query(name, text, Expect(kind, where, key, value, limit=limit), peer,
                 fields=(more.pop("by"), field), **more)


SECURITY = [
    counted("all", "*", "True"),
    counted("absent_word", "Message=*zqxjabsent*", "False", "absent word"),
    counted("absent_text", "zqxjabsent", "False"),
    counted("needle_text", "2db6a7b5-876c-4995-8258-e6f09d9ef934",
            'b"2db6a7b5-876c-4995-8258-e6f09d9ef934" in line'),
    counted("rare_word", "Message=*mimikatz*", f'"mimikatz" in {MESSAGE}', "rare word"),
    counted("rare_text", "mimikatz", 'b"mimikatz" in line'),
    counted("common_word", "Message=*svchost*", f'"svchost" in {MESSAGE}', "common word count"),
    counted("common_text", "svchost", 'b"svchost" in line'),
    counted("substring", "Message=*vchos*", f'"vchos" in {MESSAGE}', "substring"),
    counted("ignore_case", "Message=/powershell/i", f'"powershell" in {MESSAGE}.lower()'),
    counted("regex_literal", r"Message=/SourceImage: \S+\\powershell\.exe/",
            f'"\\\\powershell.exe" in {MESSAGE} and '
            f're.search(r"SourceImage: \\S+\\\\powershell\\.exe", {MESSAGE})',
            "regex with literals"),
    counted("regex_no_literal", r"Message=/\d{3}-\d{4}/",
            f're.search(r"[0-9]{{3}}-[0-9]{{4}}", {MESSAGE})'),
    counted("field_int", "EventID=4688", 'doc.get("EventID") == 4688', "field = int"),
    counted("field_high_card", "RecordNumber=2974108", 'doc.get("RecordNumber") == 2974108'),
    counted("range", "EventID >= 4000 EventID < 5000", '4000 <= doc.get("EventID", 0) < 5000',
            "numeric range"),
    counted("and3", "EventID=10 Hostname=WORKSTATION5* Message=*lsass*",
            'doc.get("EventID") == 10 and doc["Hostname"].startswith("WORKSTATION5") and '
            f'"lsass" in {MESSAGE}'),
    counted("or3", "EventID=4104 or Message=*rundll32* or Hostname=MXS*",
            f'doc.get("EventID") == 4104 or "rundll32" in {MESSAGE} or '
            'doc.get("Hostname", "").startswith("MXS")'),
    counted("and_not", "EventID=10 not Message=*svchost*",
            f'doc.get("EventID") == 10 and "svchost" not in {MESSAGE}'),
    grouped("group_low", "groupBy(EventID, limit=max)", 'doc.get("EventID")', "group by low card",
            by="EventID"),
    grouped("group_high", "groupBy(ProcessGuid, limit=max)", 'doc.get("ProcessGuid")',
            by="ProcessGuid"),
    Query("time_chart", "timeChart(span=2d, limit=50)",
          Expect("chart", key='""', span_ms=2 * DAY_MS), "time chart", fields=("", "_count")),
    Query("time_chart_by", "timeChart(span=2d, series=Channel, limit=50)",
          Expect("chart", key='doc.get("Channel")', span_ms=2 * DAY_MS,
                 where='"Channel" in doc'), fields=("Channel", "_count")),
    Query("time_chart_moved", "timeChart(span=2d, limit=50)",
          Expect("chart", key='""', span_ms=2 * DAY_MS), fields=("", "_count"), shift_ms=MINUTE_MS,
          narrow=False),
    grouped("top10", "top(Image, limit=10)", 'doc.get("Image")', "top 10", by="Image", kind="top"),
    Query("distinct", "count(Image, distinct=true)", Expect("distinct", key='doc.get("Image")'),
          "distinct", tolerance=0.02),
    Query("percentiles", "groupBy(Channel, function=percentile(RecordNumber, "
          "percentiles=[50, 95, 99]), limit=max)",
          Expect("percentiles", 'doc.get("RecordNumber") is not None', 'doc.get("Channel")',
                 'doc["RecordNumber"]'), "p50+p99",
          fields=("Channel", "_50", "_95", "_99"), tolerance=0.02),
    grouped("extract", r"Message=/GrantedAccess: (?<access>0x\w+)/ | groupBy(access, limit=max)",
            f're.search(r"GrantedAccess: (0x\\w+)", {MESSAGE})[1]', "extract + aggregate",
            where=f're.search(r"GrantedAccess: 0x\\w", {MESSAGE})', by="access"),
    Query("last_100", "Message=*lsass* | tail(100)",
          Expect("newest", f'"lsass" in {MESSAGE}', limit=100)),
    Query("export_1_percent", "EventID=4690",
          Expect("texts", 'doc.get("EventID") == 4690'), is_export=True),
    Query("head_100", "* | head(100)", Expect("count")),
    Query("session",
          "selfJoinFilter(ProcessGuid, where=[{EventID=1}, {EventID=3}]) | count()",
          Expect("joined", key='doc.get("ProcessGuid")', limit=3,
                 value='{1: 1, 3: 2}.get(doc.get("EventID"), 0)'), tolerance=0.01, narrow=False),
]

SERVICES = [
    counted("all", "*", "True"),
    counted("absent_word", "message=*zqxjabsent*", "False", "absent word"),
    counted("absent_text", "zqxjabsent", "False"),
    counted("needle_field", "trace_id=a6cecc1b78e510617311d8a3c2ce6f44",
            'doc["trace_id"] == "a6cecc1b78e510617311d8a3c2ce6f44"'),
    counted("needle_text", "a6cecc1b78e510617311d8a3c2ce6f44",
            'b"a6cecc1b78e510617311d8a3c2ce6f44" in line'),
    counted("common_word", "message=*cache*", '"cache" in doc["message"]', "common word count"),
    counted("common_text", "cache", 'b"cache" in line'),
    counted("substring", "message=*rocessin*", '"rocessin" in doc["message"]', "substring"),
    counted("ignore_case", "message=/TIMEOUT/i", '"timeout" in doc["message"].lower()'),
    counted("regex_literal", r"message=/order \d+ for user 1\d{3} /",
            r're.search(r"order \d+ for user 1\d{3} ", doc["message"])', "regex with literals"),
    counted("regex_no_literal", r"message=/\d{3}-\d{4}/",
            r're.search(r"[0-9]{3}-[0-9]{4}", doc["message"])'),
    counted("field_low_card", "service=ads", 'doc["service"] == "ads"'),
    counted("field_int", "status=500", 'doc["status"] == 500', "field = int"),
    counted("range", "duration_ms > 100", 'doc["duration_ms"] > 100', "numeric range"),
    counted("cidr", 'cidr(client_ip, subnet="10.3.64.0/18")',
            'doc["client_ip"].startswith("10.3.") and '
            '64 <= int(doc["client_ip"].split(".")[2]) < 128'),
    counted("and3", "service=ads level=ERROR message=*order*",
            'doc["service"] == "ads" and doc["level"] == "ERROR" and "order" in doc["message"]'),
    counted("or3", "service=ads or status=404 or message=*EOF*",
            'doc["service"] == "ads" or doc["status"] == 404 or "EOF" in doc["message"]'),
    counted("and_not", "level=ERROR not message=*order*",
            'doc["level"] == "ERROR" and "order" not in doc["message"]'),
    grouped("group_low", "groupBy(service, limit=max)", 'doc["service"]', "group by low card",
            by="service"),
    grouped("group_high", "groupBy(user_id, limit=max)", 'doc["user_id"]', "group by high card",
            by="user_id"),
    grouped("group_all_distinct", "groupBy(trace_id, limit=max)", 'doc["trace_id"]',
            by="trace_id"),
    Query("time_chart", "timeChart(span=1m)", Expect("chart", key='""', span_ms=MINUTE_MS),
          "time chart", fields=("", "_count")),
    Query("time_chart_by", "timeChart(span=1m, series=service, limit=50)",
          Expect("chart", key='doc["service"]', span_ms=MINUTE_MS), fields=("service", "_count")),
    Query("time_chart_moved", "timeChart(span=1m)",
          Expect("chart", key='""', span_ms=MINUTE_MS), fields=("", "_count"), shift_ms=10_000,
          narrow=False),
    grouped("top10", "top(user_id, limit=10)", 'doc["user_id"]', "top 10", by="user_id",
            kind="top"),
    Query("distinct", "count(client_ip, distinct=true)",
          Expect("distinct", key='doc["client_ip"]'), "distinct", tolerance=0.02),
    Query("percentiles", "groupBy(service, function=percentile(duration_ms, "
          "percentiles=[50, 95, 99]), limit=max)",
          Expect("percentiles", "True", 'doc["service"]', 'doc["duration_ms"]'), "p50+p99",
          fields=("service", "_50", "_95", "_99"), tolerance=0.02),
    grouped("extract", r"message=/amount=(?<amount>\d+\.\d+) currency=(?<currency>\w+)/ | "
            "groupBy(currency, function=sum(amount))", "'USD'", "extract + aggregate",
            where='"currency=USD" in doc["message"]', by="currency", field="_sum",
            value=r'float(re.search(r"amount=(\d+\.\d+)", doc["message"])[1])', tolerance=1e-9),
    Query("last_100", "level=ERROR | tail(100)",
          Expect("newest", 'doc["level"] == "ERROR"', limit=100)),
    Query("export_1_percent", "service=ads status=404",
          Expect("texts", 'doc["service"] == "ads" and doc["status"] == 404'), is_export=True),
    Query("head_100", "* | head(100)", Expect("count")),
    Query("session",
          "selfJoinFilter(user_id, where=[{status=500}, {duration_ms > 300}]) | count()",
          Expect("joined", key='doc["user_id"]', limit=3,
                 value='(doc["status"] == 500) + 2 * (doc["duration_ms"] > 300)'),
          tolerance=0.01, narrow=False),
]

QUERIES = {"security-1.7gb": SECURITY, "services-200mb": SERVICES}
