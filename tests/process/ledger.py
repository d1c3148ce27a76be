"""Writes numbered events and remembers what the server promised about each.

An event is `(client, seq)`; its text is computed from both, so that any copy can be judged without
the sender. The contract (README, "What an answer means"): 200 = visible exactly once; 4xx or a body
with `stored: no` = never visible; anything else = visible at most once."""
import collections
import hashlib
import http.client
import json
import threading
import time

EVENTS_A_REQUEST = 20


def text_of(client, seq):
    digest = hashlib.sha256(f"{client}/{seq}".encode()).hexdigest()
    return f"client={client} seq={seq} digest={digest} " + digest[: int(digest[:2], 16) % 64] * 3


class Ledger:
    def __init__(self, repo):
        self.repo = repo
        self.lock = threading.Lock()
        self.state = {}  # (client, seq) -> "ok" | "no" | "unknown"
        self.acknowledged = []  # keys in the order of their acknowledgement
        self.next_client = 0
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
            keys = [(client, seq + i) for i in range(EVENTS_A_REQUEST)]
            seq += EVENTS_A_REQUEST
            outcome = self._send(connection, keys)
            with self.lock:
                if self.is_unplugged and outcome == "ok":
                    outcome = "unknown"
                self.state.update(dict.fromkeys(keys, outcome))
                if outcome == "ok":
                    self.acknowledged += keys
            if outcome != "ok":
                connection.close()
                time.sleep(0.02)
            elif pause_s:
                time.sleep(pause_s)
        connection.close()

    def _send(self, connection, keys):
        now_ms = int(time.time() * 1000)
        body = json.dumps([{"tags": {"client": str(keys[0][0] % 3)}, "events": [
            {"timestamp": now_ms, "attributes": {"client": c, "seq": s}, "rawstring": text_of(c, s)}
            for c, s in keys]}])
        try:
            connection.request("POST", f"/api/v1/repositories/{self.repo}/ingest", body,
                               {"Content-Type": "application/json"})
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
