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


def thread_state(path):
    try:
        with open(path) as file:
            return file.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"  # It has ended.


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

    def freeze(self):
        """Stops all threads where they are; only kill() helps afterwards."""
        self.process.send_signal(signal.SIGSTOP)
        tasks, deadline = f"/proc/{self.process.pid}/task", time.monotonic() + 10
        while time.monotonic() < deadline:
            states = [thread_state(f"{tasks}/{task}/stat") for task in os.listdir(tasks)]
            if all(state in "TtZX" for state in states):
                return
            time.sleep(0.001)
        raise RuntimeError("the server could not be stopped")

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

    def cli(self, *arguments, text=None, timeout_s=600):
        """Runs a verb of the command line against this server; gives the finished process."""
        return subprocess.run([self.binary, *arguments], input=text, capture_output=True, text=True,
                              timeout=timeout_s, env={**self.env, "HUMIO_ADDRESS": self.address})

    def create_repo(self, name):
        done = self.cli("repo", "create", name)
        if done.returncode != 0:
            raise RuntimeError(f"repository {name} was not created: {done.stderr}")

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def metrics(self):
        """{series: value}, a series as it is written: `name` or `name{label="value"}`."""
        _, text = self.request("GET", "/metrics")
        lines = (line.rpartition(" ") for line in text.decode().splitlines() if line[0] != "#")
        return {series: float(value) for series, _, value in lines}

    def stream(self, repo, query, timeout_s=600):
        """The rows of a query, one by one, through the streaming endpoint; raises when the stream
        is refused or breaks off."""
        body = json.dumps({"queryString": query, "start": 0, "end": far_future_ms()})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            connection.request("POST", f"/api/v1/repositories/{repo}/query", body,
                               {"Content-Type": "application/json",
                                "Accept": "application/x-ndjson"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise Refused(answer.status, f"query `{query}`", answer.read())
            rest = b""
            while chunk := answer.read(1 << 20):
                *lines, rest = (rest + chunk).split(b"\n")
                yield from (json.loads(line) for line in lines if line)
            if rest:
                yield json.loads(rest)
        finally:
            connection.close()

    def export(self, repo, query, timeout_s=600):
        """All rows of a query, as stream() gives them."""
        return list(self.stream(repo, query, timeout_s))


class Refused(RuntimeError):
    """An answer that is not 200."""

    def __init__(self, status, what, text):
        super().__init__(f"{what} answered {status}: {text[:500]!r}")
        self.status = status


def far_future_ms():
    """Behind all events: a time without a year may be read as one of the next 7 days."""
    return int(time.time() * 1000) + 30 * 86_400_000


class Asker:
    """Query jobs over the whole time, on one connection that is kept. For one thread."""

    def __init__(self, server, repo):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.jobs = f"/api/v1/repositories/{repo}/queryjobs"

    def close(self):
        self.connection.close()

    def request(self, method, path, body=None):
        try:
            self.connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = self.connection.getresponse()
            text = answer.read()
        except BaseException:
            self.connection.close()
            raise
        if answer.status not in (200, 204):
            raise Refused(answer.status, f"{method} {path}", text)
        return json.loads(text) if text else None

    def ask(self, query):
        """Runs a job to its end; gives its last poll, see is_complete()."""
        job = self.request("POST", self.jobs, json.dumps(
            {"queryString": query, "start": 0, "end": far_future_ms()}))
        path = f"{self.jobs}/{job['id']}"
        while True:
            answer = self.request("GET", path)
            if answer["done"] or answer["cancelled"]:
                break
            time.sleep(min(answer["metaData"]["pollAfter"], 50) / 1000)
        self.request("DELETE", path)
        return answer

    def count(self, query):
        """The number of events that pass the query; raises when the answer is not complete."""
        answer = self.ask(f"{query}\n| count()")
        if not is_complete(answer):
            raise RuntimeError(f"`{query}`: the answer is not complete: {answer['warnings']}")
        return int(answer["events"][0]["_count"])


def is_complete(answer):
    return answer["done"] and not answer["cancelled"] and not answer["metaData"]["missing"]
