"""Which real logs are ingested with which parser, and what must be found in them.

What must be found is counted here from the lines themselves, by other means than the server's."""
import dataclasses
import datetime
import glob
import json
import os
import re
from typing import Callable

from corpora import lines_of

# Lines of stack traces and of the garbage collector have no time.
KAFKA_PARSER = r"""case {
  /^\[(?<at>[^\]]+)\] (?<level>[A-Z]+) /
  | parseTimestamp("yyyy-MM-dd HH:mm:ss,SSS", field=at, timezone="UTC") | drop([at]);
  * }"""


@dataclasses.dataclass
class Source:
    repo: str
    parser: str
    archive: str  # of the corpora
    files: str  # a pattern below the archive's directory
    words: tuple = ()  # searched as free text
    # Queries with what says whether a line is found by them.
    queries: dict[str, Callable[[bytes], bool]] = dataclasses.field(default_factory=dict)
    time_of: Callable[[bytes], int] | None = None  # a line's time in ms, none: no time
    script: str = ""  # of a parser that is not built in
    full: bool = False  # only with --full

    def paths(self, base):
        paths = sorted(path for path in glob.glob(os.path.join(base, self.files))
                       if os.path.getsize(path))
        assert paths, f"{self.files}: the corpora lack it"
        return paths

    def lines(self, base):
        for path in self.paths(base):
            yield from lines_of(path)


def member(*path, value):
    """Says whether a line's JSON document has a value at a path."""
    def is_found(line):
        at = json.loads(line)
        for name in path:
            at = at.get(name) if isinstance(at, dict) else None
        return at == value
    return is_found


def text(pattern):
    return lambda line: re.search(pattern, line) is not None


def iso_ms(found):
    time = datetime.datetime.fromisoformat(found).replace(tzinfo=datetime.timezone.utc)
    return (time - datetime.datetime.fromtimestamp(0, datetime.timezone.utc)) \
        // datetime.timedelta(milliseconds=1)


def access_log_ms(line):
    at = re.search(rb"\[([^\]]+)\]", line)[1].decode()
    return int(datetime.datetime.strptime(at, "%d/%b/%Y:%H:%M:%S %z").timestamp() * 1000)


def kafka_ms(line):
    at = re.match(rb"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3})\] [A-Z]+ ", line)
    return iso_ms(f"{at[1].decode()}.{at[2].decode()}") if at else None


def zeek_ms(line):
    at = json.loads(line).get("ts")
    return iso_ms(at.removesuffix("Z")) if at else None


# A word of each system, to be searched; syslog where the lines are.
LOGHUB = {
    "Android": ("none", "WindowManager"), "Apache": ("none", "workerEnv"),
    "BGL": ("none", "parity"), "HDFS": ("none", "PacketResponder"), "HPC": ("none", "boot"),
    "Hadoop": ("kv", "MRAppMaster"), "HealthApp": ("none", "Step_LSC"),
    "Linux": ("syslog", "authentication"), "Mac": ("syslog", "Thunderbolt"),
    "OpenSSH": ("syslog", "POSSIBLE"), "OpenStack": ("kv", "osapi_compute"),
    "Proxifier": ("none", "cuhk"), "Spark": ("kv", "executor"),
    "Thunderbird": ("syslog", "crond"), "Windows": ("none", "servicing"),
    "Zookeeper": ("kv", "QuorumPeer"),
}
ZEEK = "brimdata-zed-sample-data"
CATALOG = "opensearch-catalog/integrations/observability"

SOURCES = [
    Source("windows", "json", "windows-events.ndjson.zst", "windows-events.ndjson",
           ("mimikatz", "powershell", "WORKSTATION5"),
           {"EventID=4688": member("EventID", value=4688),
            "Hostname=WORKSTATION5": member("Hostname", value="WORKSTATION5"),
            "@rawstring=/cmd\\.exe/": text(rb"cmd\.exe")}),
    Source("zeek_json", "json", "zeek.tar.zst", f"{ZEEK}/zeek-json/*.json",
           ("wrccdc", "NXDOMAIN"),
           {"id.resp_p=53": member("id.resp_p", value=53),
            "_path=ssl": member("_path", value="ssl")}, zeek_ms),
    Source("zeek_tsv", "none", "zeek.tar.zst", f"{ZEEK}/zeek-default/*.log",
           ("wrccdc", "NXDOMAIN"), {"@rawstring=/^#fields/": text(rb"^#fields")}),
    *(Source(f"loghub_{system}", parser, "loghub.tar.zst", f"loghub/{system}/*_2k.log", (word,))
      for system, (parser, word) in LOGHUB.items()),
    Source("accesslog", "accesslog", "web-and-broker.tar.zst", "web-access/apache_access.log",
           ("Googlebot", "googlebot"),
           {"statuscode=404": text(rb'" 404 '), "method=HEAD": text(rb'"HEAD '),
            'url="/presentations/*"': text(rb'" ?\w+ /presentations/|"\w+ /presentations/')},
           access_log_ms),
    Source("nginx", "json", "web-and-broker.tar.zst", "web-access/nginx.ndjson", ("hg.nginx.org",),
           {"server_zones.hg.nginx.org.processing=0":
            member("server_zones", "hg.nginx.org", "processing", value=0)},
           lambda line: json.loads(line)["timestamp"]),
    Source("kafka", "kafka", "web-and-broker.tar.zst", "web-access/kafka-broker-logs/*/logs/*",
           ("controller", "LeaderAndIsr"),
           {"level=TRACE": text(rb"^\[[^\]]+\] TRACE "), "level=WARN": text(rb"^\[[^\]]+\] WARN ")},
           kafka_ms, KAFKA_PARSER),
    Source("cloudtrail", "json", "cloud.tar.zst", "invictus-aws/cloudtrail.ndjson",
           ("AccessDenied",),
           {"eventName=GetObject": member("eventName", value="GetObject"),
            "userIdentity.userName=benjamin":
            member("userIdentity", "userName", value="benjamin")}),
    Source("waf", "json", "cloud.tar.zst", f"{CATALOG}/aws_waf/data/raw.log", (),
           {"action=BLOCK": member("action", value="BLOCK")},
           lambda line: json.loads(line)["timestamp"]),
    Source("elb", "none", "cloud.tar.zst", f"{CATALOG}/amazon_elb/data/raw.log", ("phpinfo",)),
    Source("rds", "none", "cloud.tar.zst", f"{CATALOG}/amazon_rds/data/raw.log", ("logtestdb",)),
    Source("nginx_access", "accesslog", "cloud.tar.zst", f"{CATALOG}/nginx/data/raw.log", (),
           {"statuscode=302": text(rb'" 302 ')}, access_log_ms),
    Source("kubernetes", "none", "cloud.tar.zst", f"{CATALOG}/k8s/data/*.json", ("cpu",)),
    Source("services", "json", "services-200mb.ndjson.zst", "services-200mb.ndjson", full=True),
    Source("security", "json", "security-1.7gb.ndjson.zst", "security-1.7gb.ndjson", full=True),
]

# Logs that are there both as TSV and as JSON, with the fields whose values must agree.
TWINS = {
    "dns": ("id.orig_h", "id.resp_p", "proto", "query", "qtype_name", "rcode_name"),
    "ssl": ("id.resp_h", "version", "cipher", "server_name"),
    "weird": ("id.orig_h", "name"),
    "rdp": ("result", "security_protocol"),
    "analyzer": ("analyzer_name", "id.resp_p"),
    "x509": ("certificate.key_alg", "certificate.sig_alg"),
    "ntp": ("mode", "stratum"),
}
# Numbers of them whose count, sum, least, most and mean must agree.
TWIN_NUMBERS = {"dns": ("trans_id", "id.orig_p"), "x509": ("certificate.key_length",),
                "rdp": ("id.orig_p",)}


def twin_source(kind, base):
    """The TSV twin of a Zeek log, with a parser made from its head."""
    source = Source(f"zeek_tsv_{kind}", f"zeek-{kind}", "zeek.tar.zst",
                    f"{ZEEK}/zeek-default/{kind}.log")
    head = next(line for line in source.lines(base) if line.startswith(b"#fields"))
    columns = ", ".join(f'"{name}"' for name in head.decode().split("\t")[1:])
    source.script = (f'case {{ /^#/; * | parseCsv(columns=[{columns}], delimiter="\t")'
                     ' | findTimestamp(field=ts, timezone="UTC") }')
    return source
