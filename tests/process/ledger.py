"""Writes numbered events and remembers what the server promised about each.

An event is `(client, seq)`; its text is computed from both, so that any copy can be judged without
the sender. The contract (README, "What an answer means"): 200 = visible exactly once; 4xx or a body
with `stored: no` = never visible; anything else = visible at most once. Every second client sends
an Idempotency-Key, and sends again what became of it is unknown, also to later lives of the server,
and some of what was acknowledged: however often it is sent, it counts once."""
import collections
import hashlib
import http.client
import json
import random
import threading
import time

EVENTS_A_REQUEST = 20
# Well below the window of keys.
RETRY_FOR_S = 600
RETRY_ACKNOWLEDGED = 0.05

Request = collections.namedtuple("Request", "events body key made_at")


def text_of(client, seq):
    digest = hashlib.sha256(f"{client}/{seq}".encode()).hexdigest()
    return f"client={client} seq={seq} digest={digest} " + digest[: int(digest[:2], 16) % 64] * 3


class Ledger:
    def __init__(self, repo):
        self.repo = repo
        self.lock = threading.Lock()
        self.state = {}  # (client, seq) -> "ok" | "no" | "unknown"
        self.acknowledged = []  # keys in the order of their acknowledgement
        self.retries = []  # Keyed requests to be sent again.
        self.next_client = self.repeats = 0
        self.is_unplugged = False  # A machine without power answers nobody.

    def counts(self):
        with self.lock:
            return collections.Counter(self.state.values())

    def write_until(self, server, stop, pause_s=0):
        """Sends requests, each a new set of events, until `stop` is set. One client."""
        with self.lock:
            client, self.next_client = self.next_client, self.next_client + 1
        seq = 0
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        while not stop.is_set():
            request = self._retry()
            is_retry = request is not None
            if not is_retry:
                request = self._make(client, seq)
                seq += EVENTS_A_REQUEST
            outcome = self._note(request, self._send(connection, request), is_retry)
            if outcome != "ok":
                connection.close()
                time.sleep(0.02)
            elif pause_s:
                time.sleep(pause_s)
        connection.close()

    def _make(self, client, seq):
        events = [(client, seq + i) for i in range(EVENTS_A_REQUEST)]
        now_ms = int(time.time() * 1000)
        # Two tag sets: a request of two records, of which one may be stored alone.
        body = json.dumps([{"tags": {"client": str(client % 3), "half": str(half)}, "events": [
            {"timestamp": now_ms, "attributes": {"client": c, "seq": s}, "rawstring": text_of(c, s)}
            for c, s in events[half::2]]} for half in (0, 1)])
        key = f"{client}-{seq}" if client % 2 else None
        return Request(events, body, key, time.monotonic())

    def _retry(self):
        """A request to be sent again, now and then."""
        with self.lock:
            if not self.retries or random.random() < 0.5:
                return None
            request = self.retries.pop(random.randrange(len(self.retries)))
            self.repeats += 1
        return request if time.monotonic() - request.made_at < RETRY_FOR_S else None

    def _note(self, request, outcome, is_retry):
        with self.lock:
            if self.is_unplugged and outcome == "ok":
                outcome = "unknown"
            was_ok = self.state.get(request.events[0]) == "ok"
            # A retry that fails says nothing of the attempts before.
            if not is_retry or (outcome == "ok" and not was_ok):
                self.state.update(dict.fromkeys(request.events, outcome))
                if outcome == "ok":
                    self.acknowledged += request.events
            is_open = outcome == "unknown" or (is_retry and outcome == "no" and not was_ok)
            if request.key and (is_open or random.random() < RETRY_ACKNOWLEDGED):
                if outcome != "no" or is_retry:
                    self.retries.append(request)
        return outcome

    def _send(self, connection, request):
        headers = {"Content-Type": "application/json"}
        if request.key:
            headers["Idempotency-Key"] = request.key
        try:
            connection.request("POST", f"/api/v1/repositories/{self.repo}/ingest", request.body,
                               headers)
            answer = connection.getresponse()
            text = answer.read()
        except ConnectionRefusedError:
            return "no"
        except (OSError, http.client.HTTPException):
            return "unknown"
        if answer.status == 200:
            return "ok"
        if 400 <= answer.status < 500 or b'"stored":"no"' in text.replace(b" ", b""):
            return "no"
        return "unknown"

    def check(self, rows):
        """Compares exported rows with the promises; gives {anomaly: [examples]}, empty when none."""
        anomalies = collections.defaultdict(list)
        seen = collections.Counter()
        for row in rows:
            key = (int(row["client"]), int(row["seq"]))
            seen[key] += 1
            if row.get("@rawstring") != text_of(*key):
                anomalies["corrupt"].append(row)
            elif key not in self.state:
                anomalies["phantom"].append(key)
            elif self.state[key] == "no":
                anomalies["aborted-read"].append(key)
        with self.lock:
            for key, state in self.state.items():
                if state == "ok" and seen[key] == 0:
                    anomalies["lost"].append(key)
                if seen[key] > 1:
                    anomalies["duplicate"].append(key)
        return dict(anomalies)


class Load:
    """Clients that write to a server until stopped."""

    def __init__(self, ledger, server, clients=4, pause_s=0):
        self.stop_event = threading.Event()
        arguments = (server, self.stop_event, pause_s)
        self.threads = [threading.Thread(target=ledger.write_until, args=arguments)
                        for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stop_event.set()
        for thread in self.threads:
            thread.join()
