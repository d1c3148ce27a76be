#!/usr/bin/env python3
"""Sends requests that are wrong in some way, over every protocol of HTTP, and looks at three things:
the answer is 2xx or 4xx with a text, the server lives on, and of a request that was refused nothing
is stored. Every event has a mark of its request, so that what is stored can be told. Then the
listeners of TCP and UDP get their share, see malformed_listeners.py.

Every run of the tests takes a small --slice; `make malformed` takes all of it."""
import argparse
import collections
import gzip
import http.client
import json
import os
import random
import shutil
import struct
import sys
import tempfile
import zlib

import malformed_listeners
from server import Server

REPO = "malformed"
# Growth of the server's memory: what waits for the log, and what malloc() keeps of it.
GROWN_MB_MAX = 1_500
JSON, NDJSON, PROTOBUF = "application/json", "application/x-ndjson", "application/x-protobuf"
NANOS = 1_700_000_000_000_000_000


def field(number, wire, payload):
    """A field of a protobuf message: wire type 1 (fixed64) or 2 (bytes)."""
    key = varint(number << 3 | wire)
    return key + (struct.pack("<Q", payload) if wire == 1 else varint(len(payload)) + payload)


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def otlp_protobuf(texts):
    records = b"".join(field(2, 2, field(1, 1, NANOS) + field(5, 2, field(1, 2, text.encode())))
                       for text in texts)
    return field(1, 2, field(2, 2, records))


def otlp_json(texts):
    records = [{"timeUnixNano": str(NANOS), "body": {"stringValue": text}} for text in texts]
    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}).encode()


def loki_json(texts):
    values = [[str(NANOS), text] for text in texts]
    return json.dumps({"streams": [{"stream": {"job": "a"}, "values": values}]}).encode()


def snappy(raw):
    """A snappy block of literals alone."""
    out = bytearray(varint(len(raw)))
    for at in range(0, len(raw), 60):
        piece = raw[at:at + 60]
        out += bytes([len(piece) - 1 << 2]) + piece
    return bytes(out)


def loki_protobuf(texts):
    entries = b"".join(field(2, 2, field(1, 2, b"\x08" + varint(1_700_000_000)) +
                             field(2, 2, text.encode())) for text in texts)
    return snappy(field(1, 2, field(1, 2, b'{job="a"}') + entries))


def bulk(texts):
    return b"".join(b'{"create":{"_index":"a"}}\n' + json.dumps({"message": text}).encode() + b"\n"
                    for text in texts)


def journal(texts):
    return b"".join(b"__REALTIME_TIMESTAMP=1700000000000000\nMESSAGE=" + text.encode() + b"\n\n"
                    for text in texts)


def hec(texts):
    return b"".join(json.dumps({"event": text}).encode() for text in texts)


# Path, content type, body of texts. Below the repository: without a token.
PROTOCOLS = [
    ("/api/v1/ingest/humio-unstructured", JSON,
     lambda t: json.dumps([{"messages": t}]).encode()),
    ("/api/v1/ingest/humio-structured", JSON,
     lambda t: json.dumps([{"events": [{"timestamp": 1_700_000_000_000, "attributes": {"a": x}}
                                       for x in t]}]).encode()),
    ("/api/v1/ingest/raw", "text/plain", lambda t: "\n".join(t).encode()),
    ("/api/v1/ingest/json", JSON, lambda t: json.dumps([{"a": x} for x in t]).encode()),
    ("/services/collector", JSON, hec),
    ("/services/collector/raw", "text/plain", lambda t: "\n".join(t).encode()),
    ("/_bulk", NDJSON, bulk),
    ("/loki/api/v1/push", JSON, loki_json),
    ("/loki/api/v1/push", PROTOBUF, loki_protobuf),
    ("/v1/logs", JSON, otlp_json),
    ("/v1/logs", PROTOBUF, otlp_protobuf),
    ("/gelf", JSON, lambda t: json.dumps({"version": "1.1", "host": "h",
                                          "short_message": " ".join(t)}).encode()),
    ("/upload", "application/vnd.fdo.journal", journal),
    (f"/api/v1/repositories/{REPO}/ingest-messages", JSON,
     lambda t: json.dumps([{"type": "kv", "messages": t}]).encode()),
    (f"/api/v1/repositories/{REPO}/query", JSON,
     lambda t: json.dumps({"queryString": f"{t[0]} | groupBy(a)", "start": 0}).encode()),
    (f"/api/v1/repositories/{REPO}/queryjobs", JSON,
     lambda t: json.dumps({"queryString": f"{t[0]} | count()", "start": "1h"}).encode()),
    (f"/api/v1/repositories/{REPO}/parsers/p", JSON,
     lambda t: json.dumps({"script": "kvParse()", "testCases": t}).encode()),
]
TOKENS = [b"{", b"}", b"[", b"]", b'"', b"\\", b"\x00", b"\xff\xfe", b"\n", b",", b":", b"null",
          b"1e999", b"-", b"\xed\xa0\x80", b"[" * 3000, b'{"a":' * 3000, b"9" * 400]


def mark_of(number):
    """Damage does not make one mark of another."""
    return f"mark{number:06}{zlib.crc32(str(number).encode()):08x}"


def damage(body, random_):
    """One to three changes of the bytes, of the kinds that clients and networks make."""
    body = bytearray(body)
    for _ in range(random_.randint(1, 3)):
        at = random_.randrange(len(body) + 1)
        kind = random_.randrange(6)
        if kind == 0:
            del body[at:]
        elif kind == 1:
            del body[at:at + random_.randint(1, 20)]
        elif kind == 2 and at < len(body):
            body[at] ^= 1 << random_.randrange(8)
        elif kind == 3:
            body[at:at] = random_.choice(TOKENS)
        elif kind == 4:
            body[at:at] = body[at:at + random_.randint(1, 200)]
        else:
            body[at:at] = random_.randbytes(random_.randint(1, 40))
    return bytes(body)


def headers_of(content_type, token, random_):
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {token}"}
    if random_.random() < 0.05:
        headers["Authorization"] = random_.choice(["", "Bearer", "Basic ???", "Bearer no", "x" * 900])
    if random_.random() < 0.05:
        headers["Content-Type"] = random_.choice(["", "text/html", "application/x-nothing", ";;;"])
    if random_.random() < 0.05:
        headers["Idempotency-Key"] = random_.choice(["", "a b", "k" * 300, "k\xe9", "once"])
    return headers


def packed(body, headers, random_):
    """Now and then compressed, and now and then that is damaged, a lie or unknown."""
    if random_.random() < 0.8:
        return body
    coding, pack = random_.choice([("gzip", gzip.compress), ("deflate", zlib.compress),
                                   ("snappy", snappy), ("br", bytes), ("gzip", bytes)])
    headers["Content-Encoding"] = coding
    body = pack(body)
    return damage(body, random_) if random_.random() < 0.5 else body


def send(server, path, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def attack(server, token, requests, random_):
    statuses, problems, refused = collections.Counter(), [], set()
    for number in range(requests):
        path, content_type, make = PROTOCOLS[number % len(PROTOCOLS)]
        mark = mark_of(number)
        body = make([f"{mark} n={i} some text" for i in range(random_.randint(1, 4))])
        headers = headers_of(content_type, token, random_)
        body = packed(damage(body, random_), headers, random_)
        status, text = send(server, path, body, headers)
        statuses[status // 100] += 1
        # A journal is stored piece by piece; what came before the damage may be there.
        if status >= 400 and path != "/upload":
            refused.add(mark)
        if status >= 500 or (status >= 400 and not text):
            problems.append(f"{path} answered {status} {text[:200]!r} to {body[:300]!r}")
        if not server.is_running():
            problems.append(f"the server ended after {path} with {body[:2000]!r}")
            break
    return statuses, problems, refused


def attack_over_http(server, token, requests, seed):
    """Gives what was wrong, and prints how the requests were answered."""
    statuses, problems, refused = attack(server, token, requests, random.Random(seed))
    stored = set()
    for row in server.stream(REPO, "*"):
        text = json.dumps(row)
        at = text.find("mark")
        while at >= 0:
            stored.add(text[at:at + 18])
            at = text.find("mark", at + 1)
    problems += [f"refused, but stored: {mark}" for mark in sorted(refused & stored)]
    print(json.dumps({"requests": requests, "accepted": statuses[2], "refused": statuses[4],
                      "others": statuses[5] + statuses[3], "problems": len(problems)}), flush=True)
    return problems


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--binary", required=True)
    options.add_argument("--slice", action="store_true")
    options.add_argument("--requests", type=int)
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    requests = arguments.requests or (1_000 if arguments.slice else 10_000)
    base = tempfile.mkdtemp(prefix="logwood-malformed-")
    server = Server(os.path.abspath(arguments.binary), os.path.join(base, "data"),
                    os.path.join(base, "log"))
    try:
        server.start()
        for repo in (REPO, "listeners"):
            server.create_repo(repo)
        _, answer = server.request("POST", f"/api/v1/repositories/{REPO}/ingesttokens",
                                   json.dumps({"name": "t"}), {"Content-Type": JSON})
        problems = attack_over_http(server, json.loads(answer)["token"], requests, arguments.seed)
        more, figures = malformed_listeners.run(server, "listeners",
                                                40 if arguments.slice else 2_000, arguments.seed)
        problems += more
        for line in figures:
            print(json.dumps(line))
        problems += [f"{line['class']}: memory grew by {line['grown_mb']} MB" for line in figures
                     if line["grown_mb"] > GROWN_MB_MAX]
        for problem in problems[:20]:
            print(problem)
        print(f"malformed: {len(problems)} problems")
        return 1 if problems else 0
    finally:
        server.kill()
        shutil.rmtree(base)


if __name__ == "__main__":
    sys.exit(main())
