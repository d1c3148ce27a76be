"""Asks the queries: hot, after a restart, with a cold page cache; and compares every answer."""
import concurrent.futures
import http.client
import json
import statistics
import time

from node import REPO, Profile
from oracle import text_hash, time_ms
from server import Asker, Refused

HOT_RUNS = 5
POLL_MS_MAX = 100
CONCURRENT = 20
PROFILE_SECONDS = 3


class Job:
    """Runs queries as polled jobs on a kept connection; for one thread."""

    def __init__(self, server):
        self.asker = Asker(server, REPO)

    def run(self, query, interval):
        start, end = query.shifted(interval)
        body = {"queryString": query.text, "start": start, "end": end}
        job = self.asker.request("POST", self.asker.jobs, json.dumps(body))
        path = f"{self.asker.jobs}/{job['id']}"
        while not (answer := self.asker.request("GET", path))["done"]:
            time.sleep(min(answer["metaData"]["pollAfter"], POLL_MS_MAX) / 1000)
        self.asker.request("DELETE", path)
        if answer["cancelled"] or answer["metaData"]["missing"]:
            raise RuntimeError(f"{query.name}: the answer is not complete")
        return answer["events"], answer["metaData"]["storedBytesRead"]


def export(server, query, interval):
    """All rows through the streaming endpoint, unparsed."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    connection.request("POST", f"/api/v1/repositories/{REPO}/query",
                       json.dumps({"queryString": query.text, "start": interval[0],
                                   "end": interval[1]}),
                       {"Content-Type": "application/json", "Accept": "application/x-ndjson"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        raise Refused(answer.status, query.text, text)
    return text.splitlines(), None


def run(server, query, interval):
    return export(server, query, interval) if query.is_export else \
        Job(server).run(query, interval)


def is_near(found, wanted, tolerance):
    return abs(found - wanted) <= tolerance * max(abs(wanted), 1e-300)


def judge(query, rows, expected):
    """Gives (count found, count expected, whether all is as expected)."""
    kind = query.expect.kind
    if kind == "count" and query.name == "head_100":
        return len(rows), min(100, expected), len(rows) == min(100, expected)
    if kind == "count":
        found = int(rows[0]["_count"])
        return found, expected, found == expected
    if kind in ("distinct", "joined"):
        found = int(rows[0]["_count"])
        return found, expected, is_near(found, expected, query.tolerance)
    if kind == "texts":
        hashed = text_hash(json.loads(row)["@rawstring"].encode() for row in rows)
        return len(rows), expected["count"], \
            (len(rows), hashed) == (expected["count"], expected["hash"])
    if kind == "newest":
        times = sorted(int(row["@timestamp"]) for row in rows)
        are_lines = all(time_ms(json.loads(row["@rawstring"])["@timestamp"]) ==
                        int(row["@timestamp"]) for row in rows)
        return len(times), len(expected), are_lines and times == expected
    return judge_groups(query, rows, expected)


def judge_groups(query, rows, expected):
    key, *values = query.fields
    if query.expect.kind == "percentiles":
        found = {row[key]: [float(row[value]) for value in values] for row in rows
                 if all(value in row for value in values)}
        right = found.keys() == expected.keys() and all(
            least * (1 - query.tolerance) <= value <= most * (1 + query.tolerance)
            for name in found for value, (least, most) in zip(found[name], expected[name]))
        return len(found), len(expected), right
    found = {}
    for row in rows:
        name = row.get(key, "")
        if query.expect.kind == "chart":
            name = f"{row['_bucket']}\t{name}"
        if float(row[values[0]]):  # charts have empty buckets
            found[name] = float(row[values[0]])
    if query.expect.kind == "top":
        wanted = sorted(expected.values(), reverse=True)[:query.expect.limit]
        right = sorted(found.values(), reverse=True) == wanted and \
            all(expected.get(name) == value for name, value in found.items())
        return len(found), len(wanted), right
    right = found.keys() == expected.keys() and all(
        is_near(found[name], expected[name], query.tolerance) for name in found)
    return len(found), len(expected), right


def timed(node, query, interval):
    """Gives (rows, {"cpu_s", "wall_s", "bytes_read"})."""
    started, cpu = time.monotonic(), node.fine_cpu_s()
    rows, read = run(node.server, query, interval)
    return rows, {"wall_s": time.monotonic() - started, "cpu_s": node.fine_cpu_s() - cpu,
                  "bytes_read": read}


def hot(node, query, interval, expected):
    """The median of HOT_RUNS after one to warm up, each compared."""
    runs = []
    for _ in range(HOT_RUNS + 1):
        rows, cost = timed(node, query, interval)
        count, wanted, right = judge(query, rows, expected)
        if not right:
            return {"count": count, "expected": wanted, "right": False} | cost
        runs.append(cost)
    return {"count": count, "expected": wanted, "right": True,
            "cpu_s": statistics.median(cost["cpu_s"] for cost in runs[1:]),
            "wall_s": statistics.median(cost["wall_s"] for cost in runs[1:]),
            "bytes_read": runs[-1]["bytes_read"], "first_cpu_s": runs[0]["cpu_s"]}


def measure(node, queries, oracle, log):
    """All queries in all states; gives {name: figures}. What the server does not know is `n/a`."""
    results = {}
    for query in queries:
        wanted = oracle.expected(query, oracle.interval)
        try:
            results[query.name] = {"query": query.text} | hot(node, query, oracle.interval, wanted)
        except Refused as refused:
            results[query.name] = {"query": query.text, "refused": str(refused)}
            continue
        if query.narrow:
            wanted = oracle.expected(query, oracle.narrow)
            results[query.name]["narrow"] = hot(node, query, oracle.narrow, wanted)
        log(f"{query.name}: {json.dumps(results[query.name])}")
    asked = [query for query in queries if "refused" not in results[query.name]]
    for query in asked:
        for state in ("restarted", "cold"):
            way = node.restart(drop_cache=state == "cold")
            rows, cost = timed(node, query, oracle.interval)
            count, wanted, right = judge(
                query, rows, oracle.expected(query, oracle.interval))
            results[query.name][state] = cost | {"right": right, "page_cache": way}
    return results


def concurrently(node, queries, oracle):
    """CONCURRENT clients, each with a query of its own at once; gives what all of them cost."""
    mixed = (queries * CONCURRENT)[:CONCURRENT]
    started, cpu = time.monotonic(), node.fine_cpu_s()

    def one(query):
        rows, _ = run(node.server, query, oracle.interval)
        return judge(query, rows, oracle.expected(query, oracle.interval))[2]

    with concurrent.futures.ThreadPoolExecutor(CONCURRENT) as pool:
        right = list(pool.map(one, mixed))
    return {"queries": CONCURRENT, "right": sum(right), "wall_s": time.monotonic() - started,
            "cpu_s": node.fine_cpu_s() - cpu}


def profile(node, query, interval, samples):
    """The hottest functions while one query is asked again and again."""
    with Profile(node.server.process.pid, samples) as sampling:
        deadline = time.monotonic() + PROFILE_SECONDS
        while time.monotonic() < deadline:
            run(node.server, query, interval)
    return sampling.top_ten()
