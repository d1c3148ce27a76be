"""Starts, kills and asks a logwood server, for tests that treat it as a black box."""
import http.client
import json
import os
import signal
import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A `logwood serve` process on a data directory. Use start() again after kill()."""

    def __init__(self, binary, data, log_path, env=None):
        self.binary, self.data, self.log_path = binary, data, log_path
        self.env = {**os.environ, **(env or {})}
        self.port, self.process = free_port(), None

    def start(self, extra_env=None, timeout_s=60, must_come_up=True):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}"],
                stdout=log, stderr=log, env={**self.env, **(extra_env or {})})
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                if must_come_up:
                    raise RuntimeError(f"server ended with {self.process.returncode}, see {self.log_path}")
                return False
            try:
                status, _ = self.request("GET", "/api/v1/is-node-up", timeout_s=1)
                if status == 200:
                    return True
            except OSError:
                pass
            time.sleep(0.02)
        raise RuntimeError(f"server did not come up in {timeout_s} s, see {self.log_path}")

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    def stop(self, timeout_s=30):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout_s)

    def request(self, method, path, body=None, headers=None, timeout_s=30):
        """One request on a new connection; gives (status, body bytes)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def create_repo(self, name):
        subprocess.run([self.binary, "repo", "create", name, "--address", self.address],
                       check=True, capture_output=True, timeout=60)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def export(self, repo, query, timeout_s=600):
        """All rows of a query, through the streaming endpoint; raises when the stream breaks off."""
        body = json.dumps({"queryString": query, "start": 0, "end": int(time.time() * 1000) + 3_600_000})
        status, text = self.request("POST", f"/api/v1/repositories/{repo}/query", body,
                                    {"Content-Type": "application/json",
                                     "Accept": "application/x-ndjson"}, timeout_s)
        if status != 200:
            raise RuntimeError(f"query `{query}` answered {status}: {text[:500]!r}")
        return [json.loads(line) for line in text.splitlines() if line]
