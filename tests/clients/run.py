#!/usr/bin/env python3
"""Client libraries that others wrote, unmodified, against a server: each sends numbered events its
own way, and a search must then find each of them exactly once. Prints a table in Markdown.

  run.py --binary build/release/logwood [NAME...]

The libraries are installed in pinned versions into build/clients (--install DIR). Where they cannot
be had (no Python venv, no Node 20, no package registry) their rows say so and the end is 77."""
import argparse
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
sys.path.insert(0, str(SOURCE / "tests" / "process"))
from server import Server  # noqa: E402
from found import REPO, SKIPPED, missing_events  # noqa: E402
from install import NodePackages, PythonPackages  # noqa: E402

CLIENT_TIMEOUT_S = 60

Client = collections.namedtuple("Client", "name package script arguments events what")
CLIENTS = [
    Client("elasticsearch-py", "elasticsearch", "elastic_bulk.py", ["/"], 500,
           "`helpers.bulk`, base `/`, actions `index`"),
    Client("elasticsearch-py-create", "elasticsearch", "elastic_bulk.py",
           ["/api/v1/ingest/elastic-bulk", "create"], 500,
           "`info()`, `helpers.bulk`, base `/api/v1/ingest/elastic-bulk`, actions `create`, gzip"),
    Client("elasticsearch-js", "@elastic/elasticsearch", "elastic_bulk.cjs", ["/"], 500,
           "`helpers.bulk`, base `/`"),
    Client("elasticsearch-js-base", "@elastic/elasticsearch", "elastic_bulk.cjs",
           ["/api/v1/ingest/elastic-bulk"], 500,
           "`helpers.bulk`, base `/api/v1/ingest/elastic-bulk`, gzip"),
    Client("pino-elasticsearch", "pino-elasticsearch", "pino_elastic.cjs", [], 200,
           "log lines of pino, actions `create`"),
    Client("winston-elasticsearch", "winston-elasticsearch", "winston_elastic.cjs", [], 200,
           "log lines of winston, with its template and health probes"),
    Client("rsyslog", "rsyslog", "rsyslog_elastic.py", [], 300,
           "lines of a file through omelasticsearch, bulk mode"),
    Client("otlp-py", "opentelemetry-exporter-otlp-proto-http", "otlp_signals.py", ["logs"], 300,
           "log records, protobuf, gzip"),
    Client("otlp-py-traces", "opentelemetry-exporter-otlp-proto-http", "otlp_signals.py",
           ["traces"], 100, "spans, protobuf"),
    Client("otlp-py-metrics", "opentelemetry-exporter-otlp-proto-http", "otlp_signals.py",
           ["metrics"], 100, "data points of a counter, protobuf"),
    Client("otlp-js-proto", "@opentelemetry/exporter-logs-otlp-proto", "otlp_logs.cjs", ["proto"],
           300, "log records, protobuf"),
    Client("otlp-js-json", "@opentelemetry/exporter-logs-otlp-http", "otlp_logs.cjs", ["http"],
           300, "log records, JSON"),
    Client("python-logging-loki", "python-logging-loki", "logging_loki_push.py", [], 100,
           "log lines, JSON, API versions 0 and 1"),
    Client("winston-loki", "winston-loki", "winston_loki.cjs", ["protobuf"], 200,
           "log lines, protobuf in snappy"),
    Client("winston-loki-json", "winston-loki", "winston_loki.cjs", ["json"], 200,
           "log lines, JSON"),
    Client("splunk-logging", "splunk-logging", "splunk_hec.cjs", [], 100,
           "HEC events, batches of 10"),
    Client("humiolib", "humiolib", "humiolib_round_trip.py", [], 200,
           "`ingest_messages`, `ingest_json_data`; status, streaming query and query job"),
    Client("humio-js", "humio", "humio_round_trip.cjs", [], 100,
           "`sendMessage`, `sendJson`; `run` and `stream`; base path with a double slash"),
]


class NotInstalled(RuntimeError):
    """A client that no registry of packages has, and the machine neither."""


def run_client(client, packages, server, token):
    """Sends the events; gives what went wrong, or nothing."""
    command = [*packages.command(), str(HERE / client.script)]
    env = {**packages.env(), "LOGWOOD_URL": server.address, "LOGWOOD_TOKEN": token,
           "LOGWOOD_REPO": REPO, "LOGWOOD_LABEL": client.name,
           "LOGWOOD_EVENTS": str(client.events)}
    try:
        done = subprocess.run(command + client.arguments, env=env, capture_output=True, text=True,
                              timeout=CLIENT_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return f"did not end in {CLIENT_TIMEOUT_S} s"
    if done.returncode == SKIPPED:
        raise NotInstalled(done.stdout.strip())
    if done.returncode != 0:
        return f"ended with {done.returncode}: {(done.stderr + done.stdout)[-2000:]}"
    return ""


def make_token(server):
    status, body = server.request("POST", f"/api/v1/repositories/{REPO}/ingesttokens",
                                  json.dumps({"name": "clients"}),
                                  {"Content-Type": "application/json"})
    if status != 201:
        raise RuntimeError(f"no token: {status} {body!r}")
    return json.loads(body)["token"]


def run_one(client, packages, server, token):
    """Gives (version, result)."""
    if packages.missing:
        return "-", f"SKIPPED: {packages.missing}"
    begin = time.monotonic()
    try:
        wrong = run_client(client, packages, server, token) or missing_events(server, client.name, client.events)
    except NotInstalled as error:
        return "-", f"not run: {error}"
    took = f"{client.events} of {client.events} once, {time.monotonic() - begin:.1f} s"
    return packages.version(client.package), f"FAILED: {wrong}" if wrong else took


def run_all(clients, binary, install):
    """Gives the rows of the table: (client, version, result)."""
    kinds = {".py": PythonPackages(HERE / "requirements.txt", install / "python"),
             ".cjs": NodePackages(HERE / "package.json", install / "node")}
    for suffix in {pathlib.Path(client.script).suffix for client in clients}:
        kinds[suffix].install()
    rows = []
    with tempfile.TemporaryDirectory(prefix="logwood-clients-") as work:
        server = Server(binary, os.path.join(work, "data"), os.path.join(work, "log"))
        server.start()
        try:
            server.create_repo(REPO)
            token = make_token(server)
            for client in clients:
                packages = kinds[pathlib.Path(client.script).suffix]
                rows.append((client, *run_one(client, packages, server, token)))
                print(f"{client.name}: {rows[-1][2]}", file=sys.stderr, flush=True)
        finally:
            if any("FAILED" in row[2] for row in rows):
                shutil.copy(os.path.join(work, "log"), install / "server.log")
            server.kill()
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--install", default=SOURCE / "build" / "clients", type=pathlib.Path)
    parser.add_argument("names", nargs="*", help="of clients; all when there is none")
    args = parser.parse_args()
    unknown = set(args.names) - {client.name for client in CLIENTS}
    if unknown:
        parser.error(f"no such client: {', '.join(sorted(unknown))}")
    chosen = [client for client in CLIENTS if not args.names or client.name in args.names]
    rows = run_all(chosen, os.path.abspath(args.binary), args.install.absolute())
    print("| client | version | what it did | result |\n|---|---|---|---|")
    for client, version, result in rows:
        line = result.replace("\n", " ").replace("|", "\\|")
        print(f"| {client.package} | {version} | {client.what} | {line} |")
    if any("FAILED" in row[2] for row in rows):
        return 1
    return SKIPPED if any("SKIPPED" in row[2] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
