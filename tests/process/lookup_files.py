#!/usr/bin/env python3
"""A server whose lookup files are uploaded as a browser does it, used by queries and a parser, and
which is killed in between: what was answered with 200 is there afterwards, byte for byte, and what
was refused or deleted is not.

  lookup_files.py --binary build/release/logwood"""
import argparse
import http.client
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

from server import Asker, Refused, Server

REPO = "lookups"
FILES = f"/api/v1/repositories/{REPO}/files"
EVENTS = 1000
KILLS = 4
LARGE_ROWS = 2_000_000


class Checks:
    def __init__(self):
        self.wrong = []

    def equal(self, what, found, expected):
        if found != expected:
            self.wrong.append(f"{what}: {str(found)[:300]} instead of {str(expected)[:300]}")


def form(name, content):
    """(body, headers) of a form with a file."""
    boundary = "----logwood-test-0f3a"
    body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n"
            f"Content-Type: text/csv\r\n\r\n").encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def upload(server, name, content, path=FILES):
    return server.request("POST", path, *form(name, content), timeout_s=120)


def upload_chunked(server, name, content):
    """As a client does it that does not know the length."""
    body, headers = form(name, content)
    pieces = (body[i:i + 7] for i in range(0, len(body), 7))
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("POST", FILES, pieces, headers, encode_chunked=True)
        return connection.getresponse().status
    finally:
        connection.close()


def users(version):
    return ("id,name,version\n" +
            "".join(f"{i},user-{i},{version}\n" for i in range(0, EVENTS, 2))).encode()


def ingest(server, parser=None):
    events = [{"type": parser, "messages": [f"uid={i} ip=10.{i % 4}.0.1" for i in range(EVENTS)]}]
    status, text = server.request("POST", f"/api/v1/repositories/{REPO}/ingest-messages",
                                  json.dumps(events))
    if status != 200:
        raise Refused(status, "ingest", text)


def rows(server, query, arguments=None):
    asker = Asker(server, REPO)
    try:
        job = asker.request("POST", asker.jobs, json.dumps(
            {"queryString": query, "start": 0, "arguments": arguments or {}}))
        path = f"{asker.jobs}/{job['id']}"
        while not (answer := asker.request("GET", path))["done"]:
            time.sleep(0.01)
        return answer["events"]
    finally:
        asker.close()


def count(server, query, arguments=None):
    return int(rows(server, f"{query} | count()", arguments)[0]["_count"])


def check_queries(server, checks, when, version):
    matched = rows(server, 'match(file="users.csv", field=uid, column=id) '
                           '| groupBy(version, function=count())')
    checks.equal(f"{when}: matched by version", matched,
                 [{"version": str(version), "_count": str(EVENTS // 2)}])
    checks.equal(f"{when}: not matched",
                 count(server, '!match("users.csv", field=uid, column=id)'), EVENTS // 2)
    checks.equal(f"{when}: by network",
                 rows(server, 'match("/shared/nets.json", field=ip, column=net, mode=cidr) '
                              '| groupBy(zone) | sort(zone, type=string, order=asc)'),
                 [{"zone": "all", "_count": str(EVENTS * 3 // 4)},
                  {"zone": "one", "_count": str(EVENTS // 4)}])
    checks.equal(f"{when}: rows of the file",
                 count(server, 'readFile("users.csv")'), EVENTS // 2)
    checks.equal(f"{when}: saved query",
                 count(server, '$named(names=["user-2", "user-4"])'), 2)
    checks.equal(f"{when}: saved query with values of the request",
                 count(server, "$named(names=[?chosen])", {"chosen": ["user-6", "user-8", "x"]}), 2)
    status, text = server.request("GET", f"{FILES}/users.csv")
    checks.equal(f"{when}: content", (status, text), (200, users(version)))
    status, _ = server.request("GET", f"{FILES}/deleted.csv")
    checks.equal(f"{when}: the deleted file", status, 404)


def check_refusals(server, checks):
    for name, content, part in (("broken.csv", b"a,b\n1,2,3\n", b"line 2: more values"),
                                ("broken.json", b'{"a":', b"cannot be used"),
                                ("broken.exe", b"a\n", b".csv or .json")):
        status, text = upload(server, name, content)
        checks.equal(f"upload of {name}", (status, part in text), (400, True))
    try:
        rows(server, 'match("broken.csv", field=uid)')
        checks.wrong.append("a query with a file that is not there was taken")
    except Refused as refused:
        checks.equal("status of a missing file", refused.status, 400)
        checks.equal("text of a missing file", "no file `broken.csv`" in str(refused), True)


def set_up(server, checks):
    server.create_repo(REPO)
    script = 'kvParse() | match("users.csv", field=uid, column=id, strict=false, include=name)'
    for path, body in (("parsers/enrich", {"parser": script}),
                       ("savedqueries/named", {"query": "in(name, values=?names)"})):
        status, text = server.request("PUT", f"/api/v1/repositories/{REPO}/{path}",
                                      json.dumps(body))
        checks.equal(path, (status, text[:200] if status != 200 else b""), (200, b""))
    checks.equal("upload", upload(server, "users.csv", users(0))[0], 200)
    nets = json.dumps([{"net": "10.0.0.0/8", "zone": "all"}, {"net": "10.1.0.0/16", "zone": "one"}])
    checks.equal("shared upload", upload(server, "nets.json", nets.encode(),
                                         "/api/v1/uploadedfiles/shared")[0], 200)
    checks.equal("upload in chunks", upload_chunked(server, "deleted.csv", b"a\n1\n"), 200)
    checks.equal("deletion", server.request("DELETE", f"{FILES}/deleted.csv")[0], 200)
    ingest(server, "enrich")
    checks.equal("names from the parser", count(server, "name=user-*"), EVENTS // 2)


def kill_while_uploading(server, checks, version):
    """Replaces the file again and again until the server is dead; gives the last version that may
    be there, at least the last one that was answered."""
    done, tried = version, version
    delay = random.uniform(0.01, 0.3)
    timer = threading.Timer(delay, server.kill)
    timer.start()
    try:
        while True:
            tried += 1
            status, text = upload(server, "users.csv", users(tried))
            if status != 200:
                checks.wrong.append(f"an upload was answered {status}: {text[:200]}")
                break
            done = tried
    except (OSError, http.client.HTTPException):
        pass
    timer.join()
    return done, tried


def check_large(server, checks, figures):
    """A file near the documented limit, of which every row is found."""
    content = ("id,text\n" + "".join(f"{i},{'t' * 60}{i:08}\n" for i in range(LARGE_ROWS))).encode()
    started = time.monotonic()
    checks.equal("large upload", upload(server, "large.csv", content)[0], 200)
    figures["large_mb"] = len(content) >> 20
    figures["large_upload_s"] = round(time.monotonic() - started, 2)
    query = 'match("large.csv", field=uid, column=id, include=text) | text=*t'
    started = time.monotonic()
    checks.equal("matches in the large file",
                 count(server, 'match("large.csv", field=uid, column=id) | text=ttt*'), EVENTS)
    figures["large_first_query_s"] = round(time.monotonic() - started, 2)
    checks.equal("none of the large file", count(server, query), 0)
    server.kill()
    server.start()
    started = time.monotonic()
    checks.equal("matches in the large file after a restart",
                 count(server, 'match("large.csv", field=uid, column=id) | text=ttt*'), EVENTS)
    figures["large_after_restart_s"] = round(time.monotonic() - started, 2)
    too_large = b"a\n" + b"x" * ((200 << 20) - 1)
    checks.equal("an upload above the limit", upload(server, "large.csv", too_large)[0], 413)
    checks.equal("deletion of the large file",
                 server.request("DELETE", f"{FILES}/large.csv")[0], 200)


def files_on_disk(server):
    return sorted(os.listdir(os.path.join(server.data, "files")))


def run(server):
    checks, figures = Checks(), {"uploads_before_kills": 0}
    server.start()
    set_up(server, checks)
    check_queries(server, checks, "at first", 0)
    check_refusals(server, checks)
    server.kill()
    server.start()
    check_queries(server, checks, "after a kill", 0)
    version = 0
    for _ in range(KILLS):
        done, tried = kill_while_uploading(server, checks, version)
        figures["uploads_before_kills"] += done - version
        server.start()
        text = server.request("GET", f"{FILES}/users.csv")[1]
        version = tried if text == users(tried) else done
        check_queries(server, checks, f"after a kill in upload {tried}", version)
        checks.equal("files on disk", len(files_on_disk(server)), 2)
    check_large(server, checks, figures)
    if code := server.stop():
        checks.wrong.append(f"the server ended with {code}")
    server.start()
    check_queries(server, checks, "at the end", version)
    checks.equal("files on disk at the end", len(files_on_disk(server)), 2)
    return checks.wrong, figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--port", type=int, help="instead of a free one")
    arguments = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="logwood-lookups-"))
    server = Server(os.path.abspath(arguments.binary), str(directory / "data"),
                    directory / "server.log", {"LOGWOOD_CHECKPOINT_INTERVAL_MS": "500"})
    server.port = arguments.port or server.port
    try:
        wrong, figures = run(server)
    finally:
        server.kill()
    print("\n".join(wrong), file=sys.stderr)
    print(json.dumps({**figures, "wrong": len(wrong)}))
    if wrong:
        return f"see {directory}"
    shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
